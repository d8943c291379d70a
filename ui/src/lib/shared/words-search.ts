import type {
  Chip,
  ExactKind,
  IncompleteSource,
  MatchedIn,
  Operator,
  ProblemReason,
} from "$lib/backend/backend";
import { grouped, plural } from "./text";

const EXACT: Readonly<Record<ExactKind, string>> = {
  ip: "this IP address",
  hash: "this hash",
  url: "this URL",
  uuid: "this UUID",
  documentId: "this document id",
  caseLink: "the case of this link",
  alertLink: "the alert of this link",
};

const PLACES: Readonly<Record<MatchedIn, string>> = {
  id: "id",
  title: "title",
  description: "description",
  comment: "comment",
  tag: "tag",
  observable: "observable",
  alert: "alert",
};

const OPERATORS: Readonly<Record<Operator, string>> = {
  is: "is",
  isNot: "is not",
  contains: "contains",
  before: "before",
  after: "after",
  between: "between",
  moreThan: "more than",
  lessThan: "less than",
  isEmpty: "is empty",
  isNotEmpty: "is not empty",
};

/** Words of the search field and of what it says about a search. */
export const searchWords = {
  suggestions: "Suggestions",
  recent: "Recent searches",
  fields: "Fields",
  values: (field: string) => `Values of ${field}`,
  region: "What is searched",
  filters: "Filters",
  filtersHint: "Enter edits, Backspace removes, minus says the opposite",
  addFilter: "Filter",
  chip: (chip: Chip) => chipWords(chip),
  remove: (chip: string) => `Remove ${chip}`,
  more: (count: number) => `+${plural(count, "filter", "filters")}`,
  exact: (kind: ExactKind) => `Searched for exactly ${EXACT[kind]}.`,
  asText: "Search as text",
  asTextNow: "Searched as text.",
  exactly: "Search exactly",
  places: (places: readonly MatchedIn[]) => places.map((place) => PLACES[place]),
  incomplete: ({ name, nCases, nDetailed }: IncompleteSource) =>
    `${name}: comments and alerts of ${grouped(nDetailed)} of ${plural(nCases, "case", "cases")} are here; matches in the others may be missing.`,
  problems: "What could not be read",
  moreProblems: (count: number) => `and ${grouped(count)} more`,
  problem: (reason: ProblemReason, written: string) => problemWords(reason, written),
  use: (suggestion: string) => `Use ${suggestion}`,
  without: (chip: string, count: number) =>
    `Without ${chip} ${count === 1 ? "1 case matches" : `${grouped(count)} cases match`}`,
  say: {
    removed: (chip: string) => `${chip} removed`,
    noOpposite: "This filter has no opposite",
  },
} as const;

function chipWords(chip: Chip): string {
  if (chip.kind === "text") {
    return chip.text;
  }
  const { field, operator, values } = chip;
  if (field === "any") {
    const said = values.map((value) => `“${value}”`).join(" or ");
    return operator === "isNot" ? `not ${said}` : said;
  }
  switch (operator) {
    case "isEmpty":
    case "isNotEmpty":
      return `${field} ${OPERATORS[operator]}`;
    case "between": {
      const [from = "", to = ""] = values;
      if (from === "") {
        return `${field} up to ${to}`;
      }
      return to === "" ? `${field} from ${from}` : `${field} ${from} to ${to}`;
    }
    case "is":
    case "isNot":
    case "contains":
    case "before":
    case "after":
    case "moreThan":
    case "lessThan":
      return `${field} ${OPERATORS[operator]} ${values.join(" or ")}`;
  }
}

function problemWords(reason: ProblemReason, written: string): string {
  const meant = (suggestion: string | null, otherwise: string) =>
    suggestion === null ? otherwise : `Did you mean ${suggestion}?`;
  switch (reason.kind) {
    case "unknownField":
      return `No field is called ${reason.name}; it is searched as text. ${meant(reason.suggestion, "")}`.trim();
    case "unknownValue":
      return `${reason.field} does not know ${written}; it is left out. ${meant(reason.suggestion, "")}`.trim();
    case "valueMissing":
      return `${reason.field}: lacks a value.`;
    case "notATime":
      return `${written} is not a time. Write 2026-11-23, 2026-11-23T12:00Z, 2h, 3d, now-8h or a range a..b.`;
    case "notADuration":
      return `${written} is not a duration. Write 30m, 2h, 3d or 2w.`;
    case "notANumber":
      return `${written} is not a whole number.`;
    case "mixedRange":
      return `One end of ${written} is a duration, the other a date.`;
    case "reversedRange":
      return `${written} ends before it begins.`;
    case "emptyRange":
      return "This range has no ends.";
    case "shortenedId":
      return `${written} is shortened; copy the full id.`;
    case "starInside":
      return "A star counts only at the end of a word; this one is searched as it stands.";
    case "starAlone":
      return "A star needs a beginning here.";
    case "notKept":
      return `${reason.name} cannot be searched yet; it is left out.`;
    case "unknownMe":
      return "No deployment has told who you are, so nothing matches.";
    case "unclosedQuote":
      return "This quote is not closed; the phrase goes to the end.";
    case "unclosedGroup":
      return "This parenthesis is not closed; the group goes to the end.";
    case "strayClose":
      return "This parenthesis closes nothing; it is left out.";
    case "emptyGroup":
      return "Nothing stands between these parentheses.";
    case "orAlone":
      return "OR needs something before and behind it.";
    case "notAlone":
      return "Nothing stands behind this that could be left out.";
    case "andImplied":
      return "A blank already means and.";
    case "tooDeep":
      return `Groups nest ${grouped(reason.most)} deep at most.`;
    case "tooLong":
      return `Only the first ${grouped(reason.most)} bytes are read.`;
    case "tooMany":
      return `Only the first ${grouped(reason.most)} values are searched.`;
  }
}
