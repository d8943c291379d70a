import { combine } from "@atlaskit/pragmatic-drag-and-drop/utils/combine";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { autoScrollForExternal } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/external";

/** How near to an edge what is dragged makes an area scroll, in pixels. */
const EDGE = 48;

type Axis = "vertical" | "horizontal";
type At = { input: { clientX: number; clientY: number }; element: Element };

/** Makes an area scroll while something is dragged near to its edges; the returned function ends that. */
export function scrollsAtEdges(element: Element, axis: Axis = "vertical"): () => void {
  const how = {
    element,
    getAllowedAxis: () => axis,
    canScroll: (at: At) => isNearEdge(at, axis),
  };
  return combine(autoScrollForElements(how), autoScrollForExternal(how));
}

function isNearEdge({ element, input }: At, axis: Axis): boolean {
  const { bottom, left, right, top } = element.getBoundingClientRect();
  const [at, start, end] =
    axis === "vertical" ? [input.clientY, top, bottom] : [input.clientX, left, right];
  return Math.min(at - start, end - at) < EDGE;
}
