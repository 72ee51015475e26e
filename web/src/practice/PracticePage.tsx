import { useState } from "preact/hooks";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { headphones, mic, signal, video } from "../ui/icons";
import { PlainPage } from "../ui/PlainPage";
import { openPractice } from "./open";
import "./practice.css";

const points = [
  { icon: video, text: "See yourself as others will see you." },
  { icon: mic, text: "Say something and hear it back two seconds later." },
  { icon: signal, text: "Learn whether your connection is good enough." },
];

/** What a practice room is, and the way into one of one's own. */
export function PracticePage() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const open = async () => {
    setBusy(true);
    setProblem("");
    const opened = await openPractice(fetch);
    if ("link" in opened) {
      location.assign(opened.link);
      return;
    }
    setProblem(opened.problem);
    setBusy(false);
  };
  return (
    <PlainPage
      title="Test your device"
      actions={
        <Button kind="primary" icon={headphones} wide disabled={busy} onClick={() => void open()}>
          {busy ? "Opening your practice room" : "Open my practice room"}
        </Button>
      }
    >
      <p>
        A practice room is yours alone. Nothing is recorded and nobody else can come in without your link.
      </p>
      <ul class="practice-points">
        {points.map(({ icon, text }) => (
          <li key={text}>
            <Icon of={icon} />
            {text}
          </li>
        ))}
      </ul>
      <p class="muted small">It takes a minute. The room closes by itself after 30 minutes.</p>
      {problem && <Banner kind="problem">{problem}</Banner>}
    </PlainPage>
  );
}
