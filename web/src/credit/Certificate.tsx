import { useState } from "preact/hooks";
import { type Learner, readCertificate } from "../api/learner";
import { wordsOf } from "../api/problem";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { download } from "../ui/icons";
import { noCertificate } from "./words";

/** The certificate of attendance as a file. It is not credit. */
export function Certificate({ token, learner }: { token: string; learner: Learner }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  const not = noCertificate(learner);

  async function save() {
    setBusy(true);
    setProblem("");
    try {
      const file = URL.createObjectURL(await readCertificate(token));
      const link = document.createElement("a");
      link.href = file;
      link.download = "certificate-of-attendance.pdf";
      link.click();
      setTimeout(() => URL.revokeObjectURL(file), 60_000);
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <section class="credit-certificate" aria-labelledby="certificate">
      <h2 id="certificate">Certificate of attendance</h2>
      <p class="muted">It confirms how long you took part. It is not a credit certificate.</p>
      {problem && <Banner kind="problem">{problem}</Banner>}
      {not ? (
        <p>{not}</p>
      ) : (
        <Button icon={download} wide onClick={() => !busy && void save()} disabled={busy}>
          {busy ? "Making it…" : "Download (PDF)"}
        </Button>
      )}
      {learner.certificate.code && (
        <p class="muted">
          Anybody can confirm it at <a href={`/verify#${learner.certificate.code}`}>/verify</a> by its code{" "}
          <span class="credit-code">{learner.certificate.code}</span>.
        </p>
      )}
    </section>
  );
}
