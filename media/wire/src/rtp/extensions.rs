//! Elements of a header extension in the one-byte and the two-byte form (RFC 8285 section 4).

const ONE_BYTE: u16 = 0xbede;
/// The low four bits are for the application (RFC 8285 section 4.3).
const TWO_BYTE: u16 = 0x1000;
const TWO_BYTE_MASK: u16 = 0xfff0;
/// Fills up to the next word, or between elements.
const PADDING: u8 = 0;
/// In the one-byte form everything from this id on is to be ignored, and from padding on that has a length.
const STOP: u8 = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    OneByte,
    TwoByte,
}

/// The (id, data) pairs of one packet. Ends at the first element that reaches beyond the extension.
#[derive(Debug, Clone)]
pub struct Extensions<'a> {
    form: Form,
    rest: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// Elements of an extension with this "defined by profile" field; none where it is not one of RFC 8285.
    pub(super) fn new(profile: u16, elements: &'a [u8]) -> Extensions<'a> {
        match profile {
            ONE_BYTE => Extensions { form: Form::OneByte, rest: elements },
            two if two & TWO_BYTE_MASK == TWO_BYTE => Extensions { form: Form::TwoByte, rest: elements },
            _ => Extensions { form: Form::OneByte, rest: &[] },
        }
    }

    /// Id, bytes of the element's own header, and bytes of its data.
    fn element(&self, first: u8) -> Option<(u8, usize, usize)> {
        match self.form {
            Form::OneByte if first >> 4 == STOP || first >> 4 == PADDING => None,
            Form::OneByte => Some((first >> 4, 1, usize::from(first & 0x0f) + 1)),
            Form::TwoByte => Some((first, 2, usize::from(*self.rest.get(1)?))),
        }
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        while let Some((&PADDING, rest)) = self.rest.split_first() {
            self.rest = rest;
        }
        let found = self.rest.first().and_then(|first| {
            let (id, own, len) = self.element(*first)?;
            let data = self.rest.get(own..own + len)?;
            self.rest = &self.rest[own + len..];
            Some((id, data))
        });
        if found.is_none() {
            self.rest = &[];
        }
        found
    }
}
