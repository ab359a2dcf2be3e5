//! Numbers and words of JSON, read character by character. Copies of them cost nothing.

/// A number, `true`, `false` or `null` so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literal {
    Word {
        whole: &'static str,
        length: usize,
    },
    Minus,
    /// A zero that begins the number.
    Zero,
    Digits,
    Point,
    Fraction,
    /// After `e`.
    Exponent,
    ExponentSign,
    ExponentDigits,
    Wrong,
}

impl Literal {
    pub(super) fn new(first: char) -> Self {
        match first {
            '-' => Self::Minus,
            '0' => Self::Zero,
            '1'..='9' => Self::Digits,
            't' => Self::Word { whole: "true", length: 1 },
            'f' => Self::Word { whole: "false", length: 1 },
            'n' => Self::Word { whole: "null", length: 1 },
            _ => Self::Wrong,
        }
    }

    pub(super) fn followed_by(self, next: char) -> Self {
        match (self, next) {
            (Self::Word { whole, length }, _) if whole[length..].starts_with(next) => {
                Self::Word { whole, length: length + 1 }
            }
            (Self::Minus, '0') => Self::Zero,
            (Self::Minus, '1'..='9') | (Self::Digits, '0'..='9') => Self::Digits,
            (Self::Zero | Self::Digits, '.') => Self::Point,
            (Self::Point | Self::Fraction, '0'..='9') => Self::Fraction,
            (Self::Zero | Self::Digits | Self::Fraction, 'e' | 'E') => Self::Exponent,
            (Self::Exponent, '+' | '-') => Self::ExponentSign,
            (Self::Exponent | Self::ExponentSign | Self::ExponentDigits, '0'..='9') => Self::ExponentDigits,
            _ => Self::Wrong,
        }
    }

    /// Whether it can end here.
    pub(super) fn is_whole(self) -> bool {
        match self {
            Self::Word { whole, length } => length == whole.len(),
            Self::Zero | Self::Digits | Self::Fraction | Self::ExponentDigits => true,
            Self::Minus | Self::Point | Self::Exponent | Self::ExponentSign | Self::Wrong => false,
        }
    }
}
