import type { Contact } from "../../api/people";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { plus, trash2 } from "../../ui/icons";
import type { Errors } from "../logic/people";

const WORDS = {
  emails: { one: "Further e-mail", add: "Add an e-mail address", type: "email" },
  phones: { one: "Phone", add: "Add a phone number", type: "tel" },
} as const;

export interface ContactsFieldProps {
  kind: keyof typeof WORDS;
  contacts: readonly Contact[];
  onContacts(contacts: readonly Contact[]): void;
  errors: Errors;
}

/** Any number of addresses or numbers. */
export function ContactsField({ kind, contacts, onContacts, errors }: ContactsFieldProps) {
  const words = WORDS[kind];
  return (
    <div class="contacts">
      {contacts.map((contact, index) => {
        const name = contacts.length > 1 ? `${words.one} ${index + 1}` : words.one;
        return (
          <div class="contact" key={index}>
            <Field
              label={name}
              type={words.type}
              autoComplete="off"
              maxLength={254}
              value={contact.value}
              onValue={(value) =>
                onContacts(contacts.map((one, at) => (at === index ? { ...one, value } : one)))
              }
              error={errors[`${kind}.${index}`]}
            />
            <Button
              kind="quiet"
              icon={trash2}
              aria-label={`Remove ${name}`}
              title={`Remove ${name}`}
              onClick={() => onContacts(contacts.filter((_, at) => at !== index))}
            />
          </div>
        );
      })}
      <Button
        kind="quiet"
        icon={plus}
        class="contact-add"
        onClick={() => onContacts([...contacts, { value: "", label: "" }])}
      >
        {words.add}
      </Button>
    </div>
  );
}
