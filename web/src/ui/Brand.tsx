/** The product's mark and name: a voice and what comes back. */
export function Brand({ href }: { href?: string }) {
  const inside = (
    <>
      <svg
        viewBox="0 0 24 24"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        stroke-width="2.4"
        stroke-linecap="round"
      >
        <circle cx="6" cy="12" r="2.6" fill="currentColor" stroke="none" />
        <path d="M11.5 6.5a8 8 0 0 1 0 11" />
        <path d="M16 3.5a13 13 0 0 1 0 17" />
      </svg>
      echo-session
    </>
  );
  return href === undefined ? (
    <span class="brand">{inside}</span>
  ) : (
    <a class="brand" href={href}>
      {inside}
    </a>
  );
}
