// Whether a key belongs to an input method that is still at work: such a key chooses a word and is never an order. Old browsers say it by 229.
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
