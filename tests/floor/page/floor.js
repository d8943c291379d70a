// Answers every key by changing one text, and tells by its title that it is painted.
const { firstChild: answer } = document.getElementById("answer");
let keys = 0;
addEventListener("keydown", () => {
  answer.data = String((keys += 1));
});
requestAnimationFrame(() => {
  requestAnimationFrame(() => {
    document.title = "painted";
  });
});
