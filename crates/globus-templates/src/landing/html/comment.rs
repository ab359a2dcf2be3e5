//! The end of a comment.

/// How far a comment is ([HTML, 13.2.5.43](https://html.spec.whatwg.org/#comment-start-state)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comment {
    Start,
    StartDash,
    Inside,
    EndDash,
    End,
    EndBang,
}

impl Comment {
    /// `None` if the character ends the comment.
    pub(super) fn next(self, character: char) -> Option<Self> {
        Some(match (self, character) {
            (Self::Start | Self::StartDash | Self::End | Self::EndBang, '>') => return None,
            (Self::Start, '-') => Self::StartDash,
            (Self::StartDash | Self::EndDash | Self::End, '-') => Self::End,
            (Self::Inside | Self::EndBang, '-') => Self::EndDash,
            (Self::End, '!') => Self::EndBang,
            _ => Self::Inside,
        })
    }
}
