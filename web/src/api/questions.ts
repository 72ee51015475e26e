/** What a program asks of those who register. */

export type QuestionKind =
  | "text"
  | "long_text"
  | "number"
  | "date"
  | "yes_no"
  | "choice"
  | "choices"
  | "license"
  | "board_id"
  | "employer_type";

export interface Question {
  readonly id: string;
  readonly kind: QuestionKind;
  readonly label: string;
  readonly help: string;
  readonly required: boolean;
  readonly options: readonly string[];
}

export interface Consent {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly required: boolean;
}
