import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";

/** What failed and the way to try again; nothing where nothing failed. */
export function Problem({ words, retry }: { words: string; retry?: (() => void) | undefined }) {
  if (!words) return null;
  return (
    <Banner kind="problem" action={retry && <Button onClick={retry}>Try again</Button>}>
      {words}
    </Banner>
  );
}
