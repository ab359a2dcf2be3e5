//! The steps of a rendering.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;

use super::fault::{Done, Fault, Reason};
use super::fault_log::FaultLog;
use super::printed::printed;
use super::scope::{Frame, Inline, Locals, Scope};
use crate::handlebars::Span;
use crate::helpers::HelperState;
use crate::landing::Sink;
use crate::landing::ValueKind;
use crate::program::{Block, Body, Expression, Output, Step, Writing};
use crate::value::Value;
use crate::writer::{HelperOutput, Writer};

/// Renders a template, or a part of it.
pub struct Evaluator<'e> {
    main: &'e Body,
    pub(super) partials: &'e BTreeMap<String, Body>,
    pub(super) root: &'e Value,
    pub(super) writer: Writer,
    pub(super) state: &'e HelperState,
    faults: &'e FaultLog,
    /// How many partials can still be included, once one has been.
    pub(super) left: Cell<Option<u64>>,
}

impl<'e> Evaluator<'e> {
    pub fn new(
        main: &'e Body,
        partials: &'e BTreeMap<String, Body>,
        root: &'e Value,
        writer: Writer,
        state: &'e HelperState,
        faults: &'e FaultLog,
    ) -> Self {
        Self { main, partials, root, writer, state, faults, left: Cell::new(None) }
    }

    /// Renders these steps of the main template.
    pub fn steps(&self, steps: &[Step], out: &mut dyn Sink) -> Done {
        self.at_top(|scope| self.each_step(steps, scope, out))
    }

    /// Renders a branch of a block of the main template that has no context of its own.
    pub fn branch(&self, body: &Body, out: &mut dyn Sink) -> Done {
        self.at_top(|scope| self.body(body, scope, out))
    }

    /// Renders a row with the body of a loop of the main template.
    pub fn row(&self, each: &Block, row: &Value, locals: &Locals<'_>, out: &mut dyn Sink) -> Done {
        self.at_top(|scope| self.item(each, row, locals, scope, out))
    }

    fn at_top(&self, render: impl FnOnce(&Scope<'_>) -> Done) -> Done {
        let inline = Inline { bodies: &self.main.inline, file: None, parent: None };
        let frame = Frame { file: None, inline: Some(&inline), block: None, depth: 0 };
        render(&Scope { context: self.root, parent: None, locals: None, names: None, frame: &frame })
    }

    pub(super) fn body<'s>(&'s self, body: &'s Body, scope: &Scope<'s>, out: &mut dyn Sink) -> Done {
        if body.inline.is_empty() {
            return self.each_step(&body.steps, scope, out);
        }
        let Frame { file, inline: parent, .. } = *scope.frame;
        let inline = Inline { bodies: &body.inline, file, parent };
        let frame = Frame { inline: Some(&inline), ..*scope.frame };
        self.each_step(&body.steps, &Scope { frame: &frame, ..*scope }, out)
    }

    fn each_step<'s>(&'s self, steps: &'s [Step], scope: &Scope<'s>, out: &mut dyn Sink) -> Done {
        for step in steps {
            if let Err(fault) = self.step(step, scope, out) {
                self.faults.pass(fault)?;
            }
        }
        Ok(())
    }

    fn step<'s>(&'s self, step: &'s Step, scope: &Scope<'s>, out: &mut dyn Sink) -> Done {
        let (result, span) = match step {
            Step::Text(text, span) => (out.text(text).map_err(not_written), span),
            Step::Output(output) => (self.output(output, scope, out), &output.span),
            Step::Block(block) => return self.block(block, scope, out),
            Step::Include(include) => return self.include(include, scope, out),
            Step::Definition => return Ok(()),
        };
        result.map_err(|reason| fault(*reason, span, scope))
    }

    fn output<'s>(
        &'s self,
        output: &'s Output,
        scope: &Scope<'s>,
        out: &mut dyn Sink,
    ) -> Result<(), Box<Reason>> {
        let Output { value, writing, .. } = output;
        let call = match value {
            Expression::Call(call) => Some(call),
            Expression::Name(path, call) => match self.find(path, scope) {
                Some(value) => return self.write(&value, *writing, out),
                None => Some(call),
            },
            _ => None,
        };
        match call.and_then(|call| Some((call.helper.own()?, call))) {
            Some((function, call)) => match self.run(function, call, false, scope)? {
                HelperOutput::Value(value) => self.write(&value, *writing, out),
                HelperOutput::Text(text) => self.written(text, |text| self.write_text(text, *writing, out)),
                HelperOutput::Fragment(piece) | HelperOutput::Quoted(piece) if *writing == Writing::Raw => {
                    self.written(piece, |piece| out.trusted(piece))
                }
                HelperOutput::Quoted(piece) => {
                    self.written(piece, |piece| out.value(piece, ValueKind::Quoted))
                }
                HelperOutput::Fragment(piece) => {
                    self.written(piece, |piece| out.value(piece, ValueKind::Finished))
                }
            },
            None => self.write(&*self.required(value, scope)?, *writing, out),
        }
    }

    /// Writes a text that a helper made, whose memory the next one gets.
    fn written(&self, text: String, write: impl FnOnce(&str) -> io::Result<()>) -> Result<(), Box<Reason>> {
        let written = write(&text).map_err(not_written);
        self.state.keep_buffer(text);
        written
    }

    fn write(&self, value: &Value, writing: Writing, out: &mut dyn Sink) -> Result<(), Box<Reason>> {
        self.write_text(&printed(value)?, writing, out).map_err(not_written)
    }

    fn write_text(&self, text: &str, writing: Writing, out: &mut dyn Sink) -> io::Result<()> {
        match writing {
            Writing::Raw => out.trusted(text),
            Writing::Author => out.author(&self.writer.escape(text)),
            Writing::Value => out.value(&self.writer.write(text), ValueKind::Escaped),
        }
    }

    /// One round of a loop.
    pub(super) fn item<'s>(
        &'s self,
        block: &'s Block,
        item: &'s Value,
        locals: &'s Locals<'s>,
        scope: &'s Scope<'s>,
        out: &mut dyn Sink,
    ) -> Done {
        let inside = Scope { locals: Some(locals), ..scope.inside(item) };
        self.named(block, Some(item), Some(locals), &inside, out)
    }
}

/// An error is rare: it is kept small where results pass.
#[expect(clippy::unnecessary_box_returns)]
fn not_written(error: io::Error) -> Box<Reason> {
    Box::new(Reason::Output(error))
}

pub(super) fn fault(reason: Reason, span: &Span, scope: &Scope<'_>) -> Box<Fault> {
    Box::new(Fault { reason, file: scope.frame.file.map(str::to_owned), span: span.clone() })
}
