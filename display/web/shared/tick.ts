// The beat of a page, for who needs nothing else of the hall.
export { time } from "./hall";
