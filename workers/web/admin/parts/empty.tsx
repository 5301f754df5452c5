/** Says that a list has nothing, and what to do about it. */
export function Empty({ text, hint }: { text: string; hint?: string }) {
  return (
    <div class="empty-part">
      <p>{text}</p>
      {hint !== undefined && <p class="note">{hint}</p>}
    </div>
  );
}
