import { mailStatus } from "../../api/mails";
import { listEndpoints } from "../../api/webhooks";
import { Banner } from "../../ui/Banner";
import { mailAttention } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { browserZone } from "../logic/time";
import { attentionWords } from "../logic/webhooks";
import { Section } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";

/** What does not work and needs somebody, in sentences. */
export function useAttention(): readonly string[] {
  const endpoints = useResource("endpoints", listEndpoints, 30_000);
  const mail = useResource("mail", mailStatus, 30_000);
  return [
    ...attentionWords(endpoints.value ?? [], now.value),
    ...mailAttention(mail.value, browserZone(), now.value),
  ];
}

/** Those sentences; nothing where all is well. */
export function Attention({ words }: { words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <Section title="Needs attention">
      {words.map((sentence) => (
        <Banner
          key={sentence}
          action={
            <a class="button" href={addressOf({ name: "settings" })}>
              Open settings
            </a>
          }
        >
          {sentence}
        </Banner>
      ))}
    </Section>
  );
}
