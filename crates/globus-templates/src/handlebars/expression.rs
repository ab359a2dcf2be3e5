//! The values and calls inside a tag.

use super::cursor::Cursor;
use super::foreign;
use super::literal::literal;
use super::mistake::Mistake;
use super::path::path;
use super::tree::{Call, Expression, Path, Start};
use super::words::{Word, WordKind};

/// The most brackets inside each other. Both parsing and rendering recurse.
const MAX_BRACKETS: usize = 20;

/// `name=value`
pub(super) type NamedValue = (String, Expression);

/// A helper with its arguments, or a value.
pub(super) fn call(words: &mut Cursor<'_, '_>) -> Result<Call, Mistake> {
    let start = words.peek().map_or(words.tag().start, |word| word.span.start);
    let callee = match expression(words)? {
        // handlebars.js looks for a value or a helper of this name.
        Expression::Literal(literal, span) => Expression::Path(Path {
            start: Start::Context { up: 0 },
            names: vec![literal.to_string()],
            is_scoped: false,
            span,
        }),
        callee => callee,
    };
    let (arguments, options) = arguments(words)?;
    Ok(Call { callee, arguments, options, span: start..words.end() })
}

/// The arguments up to the end of the tag, of the brackets, or to the names of a block.
pub(super) fn arguments(words: &mut Cursor<'_, '_>) -> Result<(Vec<Expression>, Vec<NamedValue>), Mistake> {
    let (mut arguments, mut options) = (Vec::new(), Vec::new());
    while let Some(word) = words.peek() {
        if word.kind == WordKind::Close || is_at_names(words) {
            break;
        }
        if let [name, equals, ..] = words.rest()
            && equals.kind == WordKind::Equals
            && let Some(name) = option_name(name)
        {
            words.next();
            words.next();
            options.push((name, expression(words)?));
        } else if options.is_empty() {
            arguments.push(expression(words)?);
        } else {
            return Err(foreign::argument_behind_option(word));
        }
    }
    Ok((arguments, options))
}

pub(super) fn expression(words: &mut Cursor<'_, '_>) -> Result<Expression, Mistake> {
    let Some(word) = words.peek() else {
        let message =
            if words.end() == words.tag().start { "this tag is empty" } else { "a value is missing" };
        return Err(Mistake::new(words.tag(), message));
    };
    if word.kind == WordKind::Open {
        return Ok(Expression::Call(Box::new(brackets(words)?)));
    }
    // `true.x` is a path.
    let is_path = words.rest().get(1).is_some_and(|next| next.kind.separates() && word.touches(next));
    if !is_path && let Some(literal) = literal(word)? {
        words.next();
        words.gap(word.span.start)?;
        return Ok(Expression::Literal(literal, word.span.clone()));
    }
    Ok(Expression::Path(path(words)?))
}

pub(super) fn brackets(words: &mut Cursor<'_, '_>) -> Result<Call, Mistake> {
    let open = words.take(&WordKind::Open).map_or(words.tag(), |open| open.span.clone());
    if words.brackets == MAX_BRACKETS {
        return Err(Mistake::new(open, format!("more than {MAX_BRACKETS} brackets inside each other")));
    }
    if let Some(close) = words.peek().filter(|word| word.kind == WordKind::Close) {
        return Err(Mistake::new(open.start..close.span.end, "these brackets are empty"));
    }
    words.brackets += 1;
    let call = call(words)?;
    words.brackets -= 1;
    if words.take(&WordKind::Close).is_none() {
        let word = words.peek();
        return Err(word.map_or_else(|| Mistake::new(open, "`(` is not closed"), foreign::unexpected));
    }
    Ok(Call { span: open.start..words.end(), ..call })
}

/// `as |a b|`, if it is there.
pub(super) fn names(words: &mut Cursor<'_, '_>) -> Result<Vec<String>, Mistake> {
    let start = words.peek().map_or(words.end(), |word| word.span.start);
    if !is_at_names(words) {
        return Ok(Vec::new());
    }
    words.next();
    words.next();
    let mut names = Vec::new();
    loop {
        match words.next().map(|word| &word.kind) {
            Some(WordKind::Name(name)) => names.push((*name).to_owned()),
            Some(WordKind::Bracketed(name)) => names.push(name.clone()),
            Some(WordKind::Bar) if !names.is_empty() => return Ok(names),
            _ => {
                let help = "write `as |name|` or `as |name index|`";
                return Err(Mistake::new(start..words.end(), "these are not names for a block").help(help));
            }
        }
    }
}

pub(super) fn is_at_names(words: &Cursor<'_, '_>) -> bool {
    matches!(words.rest(), [Word { kind: WordKind::Name("as"), .. }, Word { kind: WordKind::Bar, .. }, ..])
}

fn option_name(word: &Word<'_>) -> Option<String> {
    match &word.kind {
        WordKind::Name(name) | WordKind::Number(name) => Some((*name).to_owned()),
        WordKind::Bracketed(name) => Some(name.clone()),
        _ => None,
    }
}
