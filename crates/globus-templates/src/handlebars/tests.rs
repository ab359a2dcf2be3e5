//! The trees of templates, in a notation of their own, and the mistakes.

use super::{Body, Call, Expression, Literal, Node, PartialName, Path, Start, parse};

/// `a "text" b{c}else{d}`: nodes with spaces between them.
fn shown(body: &Body) -> String {
    body.iter().map(node).collect::<Vec<_>>().join(" ")
}

fn node(node: &Node) -> String {
    match node {
        Node::Text(text, _) => format!("{text:?}"),
        Node::Output(output) => format!("{}{}", if output.is_raw { "raw:" } else { "" }, call(&output.call)),
        Node::Block(block) => {
            let names = match block.names.join(" ") {
                names if names.is_empty() => names,
                names => format!("|{names}|"),
            };
            let inverse = block.inverse.as_ref();
            let inverse = inverse.map(|inverse| format!("else{{{}}}", shown(inverse))).unwrap_or_default();
            format!("#{}{names}{{{}}}{inverse}", call(&block.call), shown(&block.body))
        }
        Node::Partial(partial) => {
            let name = match &partial.name {
                PartialName::Fixed(name) => name.clone(),
                PartialName::Computed(name) => call(name),
            };
            let context = partial.context.as_ref().map(|context| format!(" {}", expression(context)));
            let indent = Some(&partial.indent).filter(|indent| !indent.is_empty());
            let indent = indent.map(|indent| format!("{indent:?}")).unwrap_or_default();
            let body = partial.body.as_ref().map(|body| format!("{{{}}}", shown(body)));
            format!(
                "{indent}>({name}{}{}){}",
                context.unwrap_or_default(),
                options(&partial.options),
                body.unwrap_or_default()
            )
        }
        Node::Inline(inline) => format!("inline {}{{{}}}", inline.name, shown(&inline.body)),
    }
}

fn call(call: &Call) -> String {
    let arguments: String =
        call.arguments.iter().map(|argument| " ".to_owned() + &expression(argument)).collect();
    let callee = expression(&call.callee);
    if arguments.is_empty() && call.options.is_empty() {
        return callee;
    }
    format!("({callee}{arguments}{})", options(&call.options))
}

fn options(options: &[(String, Expression)]) -> String {
    let option = |(name, value): &(String, Expression)| [" ", name, "=", &expression(value)].concat();
    options.iter().map(option).collect()
}

fn expression(expression: &Expression) -> String {
    match expression {
        Expression::Literal(Literal::Text(text), _) => format!("{text:?}"),
        Expression::Literal(literal, _) => format!("<{literal}>"),
        Expression::Path(path) => self::path(path),
        Expression::Call(inner) => format!("[{}]", call(inner)),
    }
}

fn path(path: &Path) -> String {
    let start = match path.start {
        Start::Context { up: 0 } if !path.is_scoped => String::new(),
        Start::Context { up } => format!("{up}:"),
        Start::Root => "@root:".to_owned(),
        Start::Local { up } => format!("@{up}:"),
    };
    start + &path.names.join(".")
}

#[track_caller]
fn assert_trees(table: &[(&str, &str)]) {
    for (text, expected) in table {
        match parse(text) {
            Ok(tree) => assert_eq!(shown(&tree), *expected, "{text}"),
            Err(mistake) => panic!("{text}: {mistake:?}"),
        }
    }
}

#[test]
fn values_and_calls() {
    assert_trees(&[
        ("a{{b}}c", r#""a" b "c""#),
        ("{{{a}}}{{&b}}{{~{c}~}}{{ d }}", "raw:a raw:b raw:c d"),
        ("{{.}}{{..}}{{this}}{{./a}}{{this.b}}{{../this}}", "0: 1: 0: 0:a 0:b 1:"),
        ("{{a.b}}{{a/b}}{{../../a.[b c].0}}{{[a \"}}\"]}}", "a.b a.b 2:a.b c.0 a \"}}\""),
        ("{{@index}}{{@../key}}{{@root}}{{@root.a}}{{@root/b}}", "@0:index @1:key @root: @root:a @root:b"),
        ("{{f 1 -1.5 \"a\\\"b\" 'c' true null}}", r#"(f <1> <-1.5> "a\"b" "c" <true> <null>)"#),
        ("{{f 9223372036854775808 007 1e3 undefined}}", "(f <9223372036854775808> <7> <1000.0> <undefined>)"),
        ("{{f (g a (h)) b=(i . k='l')}}", r#"(f [(g a [h])] b=[(i 0: k="l")])"#),
        ("{{f a=1 [b c]=2}}", "(f a=<1> b c=<2>)"),
        ("{{f \"}}\"}}", r#"(f "}}")"#),
        ("{{\"a b\"}}{{12}}{{true}}{{true.x}}{{null}}", "a b 12 true true.x null"),
        ("{{(f a)}}", "[(f a)]"),
        ("{{\n  f\n  a\n}}", "(f a)"),
        // An object of JSON can end behind a value.
        ("{{a}}}", r#"a "}""#),
        ("{{elsewhere}}{{else.x}}", "elsewhere else.x"),
    ]);
}

#[test]
fn blocks() {
    assert_trees(&[
        ("{{#if a}}b{{/if}}", r#"#(if a){"b"}"#),
        ("{{#if a}}b{{else}}c{{/if}}", r#"#(if a){"b"}else{"c"}"#),
        ("{{#if a}}b{{^}}c{{/if}}", r#"#(if a){"b"}else{"c"}"#),
        ("{{#if a}}{{ else }}{{/if}}", "#(if a){}else{}"),
        ("{{ #if a}}b{{ /if }}", r#"#(if a){"b"}"#),
        ("{{^a}}b{{/a}}", r#"#a{}else{"b"}"#),
        ("{{^a}}b{{else}}c{{/a}}", r#"#a{"c"}else{"b"}"#),
        ("{{#a.b}}{{.}}{{/a.b}}", "#a.b{0:}"),
        ("{{#each a as |b c|}}{{b}}{{/each}}", "#(each a)|b c|{b}"),
        (
            "{{#if a}}1{{else if b}}2{{else each c as |d|}}3{{else}}4{{/if}}",
            r#"#(if a){"1"}else{#(if b){"2"}else{#(each c)|d|{"3"}else{"4"}}}"#,
        ),
        ("{{#\"if\" a}}{{/\"if\"}}", "#(if a){}"),
        ("{{#[a b]}}{{/[a b]}}", "#a b{}"),
        (
            "{{{{raw}}}} {{a}}\\{{ {{{{b}}}}c{{{{/b}}}} {{{{/raw}}}}d",
            r#"#raw{" {{a}}\\{{ {{{{b}}}}c{{{{/b}}}} "} "d""#,
        ),
    ]);
}

#[test]
fn partials() {
    assert_trees(&[
        ("{{> a}}{{>a/b-c.d}}{{> ../a}}{{> 1}}{{> a.csv.hbs}}", ">(a) >(a/b-c.d) >(../a) >(1) >(a.csv.hbs)"),
        ("{{> \"a b\"}}{{> [a b]}}{{> 'a'}}", ">(a b) >(a b) >(a)"),
        ("{{> a b c=1}}{{> a c=d}}", ">(a b c=<1>) >(a c=d)"),
        ("{{> (lookup a \"b\") c}}", r#">((lookup a "b") c)"#),
        ("{{#> a b}}c{{/a}}{{> @partial-block}}", r#">(a b){"c"} >(@partial-block)"#),
        ("{{#> (f a)}}c{{/f}}", r#">((f a)){"c"}"#),
        ("{{#*inline \"a\"}}b{{/inline}}", r#"inline a{"b"}"#),
    ]);
}

#[test]
fn comments_and_backslashes() {
    assert_trees(&[
        ("a{{! b }}c{{!-- {{d}} --}}e{{!--}}f{{~! g ~}} h", r#""acefh""#),
        ("{{!-- a -- b }} --~}} c", r#""c""#),
        (r"\{{a}} {{b}}", r#""{{a}} " b"#),
        (r"\\{{a}}\\\{{b}}", r#""\\" a "\\\\" b"#),
        (r"\{{a}}\{{b}}\\{{c}}", r#""{{a}}{{b}}\\" c"#),
        (r"\{{{{a}}", r#""{{" a"#),
        (r"\a \\ }}", r#""\\a \\\\ }}""#),
    ]);
}

/// As handlebars.js 4.7 does it.
#[test]
fn white_space() {
    assert_trees(&[
        (" {{~a~}} \n b", r#"a "b""#),
        ("a\n  {{#if b}}  \n c\n  {{/if}}\nd", r#""a\n" #(if b){" c\n"} "d""#),
        ("a\r\n{{#if b}}\r\nc\r\n{{else}}\r\nd\r\n{{/if}}\r\n", r#""a\r\n" #(if b){"c\r\n"}else{"d\r\n"}"#),
        (
            "{{#if a}}\n  b\n  {{else if c}}\n  d\n  {{/if}}\n|",
            r#"#(if a){"  b\n"}else{#(if c){"  d\n"}} "|""#,
        ),
        ("{{! a }}\n  {{!-- b --}}  \n c {{! d }}\n", r#"" c \n""#),
        ("{{a}}\n{{b}}\n", r#"a "\n" b "\n""#),
        ("  {{> a}}\n  {{> b}} c\n\t{{#> d}}\ne\n{{/d}}\n", r#""  ">(a) "  " >(b) " c\n" >(d){"e\n"}"#),
        ("  {{~> a}}\n", ">(a)"),
        ("{{a~}}\n  {{> b}}\n", "a >(b)"),
        ("{{#if a~}}\n  {{> b}}\n{{/if}}", r#"#(if a){"  ">(b)}"#),
        ("  {{#*inline \"a\"}}\n  b\n  {{/inline}}\n c", r#"inline a{"  b\n"} " c""#),
        // The blanks between values behind such a tag stay.
        ("{{#each a~}}\n{{b}} {{c}}\n{{/each~}}\n d", r#"#(each a){b " " c "\n"} "d""#),
        ("{{#a}}{{! b }}\n{{/a}}\n", r#"#a{"\n"}"#),
        ("{{#a}}{{#b}}\n{{/b}}{{/a}}", r#"#a{#b{"\n"}}"#),
        ("x\n\n \n{{#a}}\n\n\n{{/a}}", r#""x\n\n \n" #a{"\n\n"}"#),
    ]);
}

/// A text, the place of its mistake, the message, and the help.
#[track_caller]
fn assert_mistakes(table: &[(&str, &str, &str, &str)]) {
    for (text, at, message, help) in table {
        let mistake = parse(text).expect_err(text);
        let found = (&text[mistake.span], &*mistake.message, mistake.help.as_deref().unwrap_or_default());
        assert_eq!(found, (*at, *message, *help), "{text}");
    }
}

#[test]
fn mistakes_of_tags_and_blocks() {
    assert_mistakes(&[
        ("{{#if a}}\nb {{c\nd", "{{c", "this tag is not closed: `}}` is missing", ""),
        ("{{#each a}\n{{b}}", "{{#each a}", "this tag is not closed: `}}` is missing", ""),
        ("{{!-- a }}", "{{!-- a }}", "this comment is not closed: `--}}` is missing", ""),
        ("{{! a", "{{! a", "this comment is not closed: `}}` is missing", ""),
        ("{{{a}}", "{{{a}}", "this tag begins with `{{{`, and does not end with `}}}`", ""),
        ("{{a ~ b}}", "~", "`~` stands inside a tag, not beside its braces", ""),
        (
            "{{#if a}}{{#each b}}{{/each}}{{#> c}}",
            "{{#> c}}",
            "this block is not closed: `{{/c}}` is missing",
            "",
        ),
        ("{{#if a}}{{else if b}}", "{{#if a}}", "this block is not closed: `{{/if}}` is missing", ""),
        ("{{{{a}}}}{{/a}}", "{{{{a}}}}", "this block is not closed: `{{{{/a}}}}` is missing", ""),
        (
            "{{#each a}}\n{{#if b}}{{/each}}",
            "{{/each}}",
            "`if` was opened, but `each` is closed",
            "write `{{/if}}` first: it was opened in line 2",
        ),
        ("a{{/if}}", "{{/if}}", "there is no open block `if`", ""),
        ("a{{else}}", "{{else}}", "this is outside every block", ""),
        ("{{else if a}}", "{{else if a}}", "this is outside every block", ""),
        ("{{#if a}}{{else}}{{^}}{{/if}}", "{{^}}", "the block has an `{{else}}` before this one", ""),
        ("{{#> a}}{{else}}{{/a}}", "{{else}}", "a block that is a partial has no `{{else}}`", ""),
    ]);
}

#[test]
fn mistakes_inside_tags() {
    assert_mistakes(&[
        ("{{}}", "{{}}", "this tag is empty", ""),
        ("{{#}}{{/}}", "{{#}}", "this tag is empty", ""),
        ("{{f a=}}", "{{f a=}}", "a value is missing", ""),
        ("{{f (}}", "{{f (}}", "a value is missing", ""),
        ("{{f ()}}", "()", "these brackets are empty", ""),
        ("{{f (g a}}", "(", "`(` is not closed", ""),
        ("{{f a)}}", ")", "`)` closes no `(`", ""),
        ("{{f \"a}}\nb", "\"a}}", "`\"` is not closed", ""),
        ("{{[a}}", "[a}}", "`[` is not closed", ""),
        (
            "{{f a=1 b}}",
            "b",
            "this argument stands behind a `name=value`",
            "write arguments first, then each `name=value`",
        ),
        (
            "{{#if a == 1}}",
            "==",
            "there is no operator `==`",
            "write a helper, such as `(eq a b)`, `(and a b)` or `(add a b)`",
        ),
        (
            "{{#if !a}}",
            "!",
            "there is no operator `!`",
            "write a helper, such as `(eq a b)`, `(and a b)` or `(add a b)`",
        ),
        (
            "{{a - b}}",
            "-",
            "there is no operator `-`",
            "write a helper, such as `(eq a b)`, `(and a b)` or `(add a b)`",
        ),
        (
            "{{a = b}}",
            "=",
            "there is no operator `=`",
            "write a helper, such as `(eq a b)`, `(and a b)` or `(add a b)`",
        ),
        (
            "{{a | upper}}",
            "|",
            "there are no filters behind `|`",
            "write a helper first, as in `{{upper name}}`",
        ),
        ("{{a[0].b}}", "a[0]", "`[` has to follow a dot", "write `a.[0]`"),
        ("{{f(a)}}", "f(", "a helper is not called this way", "write `{{f ARGUMENT}}` or `(f ARGUMENT)`"),
        ("{{f \"a\"b}}", "\"a\"b", "a blank is missing before `b`", ""),
        ("{{a.}}", "a.", "a name is missing at the end of this path", ""),
        ("{{a..b}}", "a..", "a blank is missing before `..`", ""),
        (
            "{{a.this}}",
            "a.this",
            "`this`, `.` and `..` can only be at the start of a path",
            "write `[this]` if it is the name of a key",
        ),
        ("{{f 1", "{{f 1", "this tag is not closed: `}}` is missing", ""),
        (
            "{{#each a as |}}",
            "as |",
            "these are not names for a block",
            "write `as |name|` or `as |name index|`",
        ),
        ("{{f a as |b|}}", "as", "only a block can name values", "write `{{#each list as |item|}}`"),
        ("{{> a b c}}", "c", "a partial takes one argument: what it shows", "write others as `name=value`"),
        ("{{* a}}", "{{* a}}", "`inline` is the only decorator", "write `{{#*inline \"name\"}}…{{/inline}}`"),
        (
            "{{#*a \"b\"}}",
            "{{#*a \"b\"}}",
            "`inline` is the only decorator",
            "write `{{#*inline \"name\"}}…{{/inline}}`",
        ),
        (
            "{{#*inline b}}",
            "{{#*inline b}}",
            "an inline partial needs a name in quotes",
            "write `{{#*inline \"name\"}}…{{/inline}}`",
        ),
        ("{{f \"a}}\n{{f \"b\"}}", "{{f \"a}}", "a quote is missing in this tag", ""),
    ]);
}

#[test]
fn a_limit_is_a_limit() {
    let nested = |times| "{{#if a}}".repeat(times) + "{{else}}{{> b}}" + &"{{/if}}".repeat(times);
    assert!(parse(&nested(50)).is_ok());
    assert!(parse(&nested(51)).unwrap_err().message.starts_with("more than 50 blocks"));
    assert!(parse(&"{{#if a}}{{else if b}}{{/if}}".repeat(1000)).is_ok());
    assert!(parse(&format!("{{{{#if a}}}}{}{{{{/if}}}}", "{{else if b}}".repeat(60))).is_err());
    let brackets = |times| "{{f ".to_owned() + &"(g ".repeat(times) + "a" + &")".repeat(times) + "}}";
    assert!(parse(&brackets(20)).is_ok());
    assert!(parse(&brackets(21)).unwrap_err().message.starts_with("more than 20 brackets"));
    let path = |names: usize| format!("{{{{a{}}}}}", ".b".repeat(names - 1));
    assert!(parse(&path(100)).is_ok());
    assert!(parse(&path(101)).unwrap_err().message.starts_with("more than 100 names"));
}

/// What would take minutes if a tag took longer the later it stands.
#[test]
fn a_large_template_is_parsed() {
    for text in ["{{a}} \n", "{{! a }}", "{{#if a}}{{/if}}", "\\{{a}}", "{{{{a}}}}b{{{{/a}}}}", "{{~a~}}\n\n"]
    {
        assert!(parse(&text.repeat(50_000)).is_ok(), "{text}");
    }
    for text in ["{{!-- ", "{{{{a}}}}", "{{f \"", "{{[", "{{#if a}}", "{{{{{"] {
        assert!(parse(&text.repeat(50_000)).is_err(), "{text}");
    }
}

#[test]
fn any_text_is_a_tree_or_a_mistake() {
    const PIECES: &[&str] = &[
        "{",
        "}",
        "{{",
        "}}",
        "{{{",
        "}}}",
        "{{{{",
        "}}}}",
        "{{~",
        "~}}",
        "!",
        "--",
        "#",
        "/",
        "^",
        ">",
        "#>",
        "#*",
        "*",
        "&",
        "else",
        "{{else}}",
        "if",
        "{{#if a}}",
        "{{/if}}",
        "{{#each a as |b|}}",
        "{{/each}}",
        "{{> a}}",
        "{{#*inline \"a\"}}",
        "{{/inline}}",
        "{{a}}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        "as |a b|",
        "|",
        "=",
        " ",
        "\n",
        "\r\n",
        "é",
        "\u{feff}",
        "\0",
        "this",
        ".",
        "..",
        "@",
        "@root",
        "0",
        "-1",
        "1.5",
        "null",
        "true",
        "a",
        "==",
        ",",
    ];
    let mut random = fastrand::Rng::with_seed(7);
    let mut trees = 0;
    for _ in 0..40_000 {
        let text: String = (0..random.usize(..12)).map(|_| *random.choice(PIECES).unwrap()).collect();
        match parse(&text) {
            Ok(tree) => {
                trees += usize::from(tree.len() > 1);
                spans(&tree, &text);
            }
            Err(mistake) => assert!(!text[mistake.span].is_empty(), "{text}: {}", mistake.message),
        }
    }
    assert!(trees > 2000, "{trees}");
}

/// Every tag is where its span says.
fn spans(body: &Body, text: &str) {
    for node in body {
        let (span, inner): (_, Vec<&Body>) = match node {
            Node::Text(..) => continue,
            Node::Output(output) => (&output.span, Vec::new()),
            Node::Block(block) => (&block.span, [&block.body].into_iter().chain(&block.inverse).collect()),
            Node::Partial(partial) => (&partial.span, partial.body.iter().collect()),
            Node::Inline(inline) => (&inline.span, vec![&inline.body]),
        };
        let tag = &text[span.clone()];
        assert!(tag.starts_with("{{") && tag.ends_with("}}"), "{text}: {tag}");
        for body in inner {
            spans(body, text);
        }
    }
}
