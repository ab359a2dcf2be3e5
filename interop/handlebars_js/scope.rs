//! What a place in a random template can refer to.

use super::shape::Shape;

/// A context that `../` leads to.
#[derive(Debug, Clone)]
pub struct Frame {
    pub shape: Shape,
    /// Whether the programs may count the contexts above this one differently.
    pub is_last: bool,
}

#[derive(Debug, Clone)]
pub struct Scope {
    /// The innermost last.
    pub frames: Vec<Frame>,
    /// Block parameters, the innermost last.
    pub params: Vec<(String, Shape)>,
    /// How many loops are around, for `@index`.
    pub loops: usize,
    /// Inline partials, with their context.
    pub inlines: Vec<(String, Shape)>,
    /// Whether `@partial-block` is there.
    pub has_block: bool,
}

/// A path, and what it leads to.
#[derive(Debug, Clone)]
pub struct Target {
    /// How many contexts up.
    pub up: usize,
    /// A block parameter or data instead of the context.
    pub base: Option<String>,
    pub keys: Vec<String>,
    pub shape: Shape,
}

impl Scope {
    /// Of a template or a partial with this context.
    pub fn of(shape: Shape) -> Self {
        let frames = vec![Frame { shape, is_last: true }];
        Self { frames, params: Vec::new(), loops: 0, inlines: Vec::new(), has_block: false }
    }

    pub fn context(&self) -> &Shape {
        &self.frames[self.frames.len() - 1].shape
    }

    /// In a block with another context.
    pub fn with(&self, shape: Shape) -> Self {
        let mut scope = self.clone();
        let is_last = shape.may_equal(self.context());
        scope.frames.push(Frame { shape, is_last });
        scope.has_block = false;
        scope
    }

    /// In a block that keeps the context.
    pub fn again(&self) -> Self {
        let mut scope = self.clone();
        if let Some(frame) = scope.frames.last_mut()
            && frame.shape.may_be_null()
        {
            frame.shape = Shape::Hidden;
        }
        scope
    }

    pub fn in_loop(mut self) -> Self {
        self.loops += 1;
        self.has_block = false;
        self
    }

    pub fn with_param(mut self, name: &str, shape: Shape) -> Self {
        self.params.push((name.to_owned(), shape));
        self
    }

    /// Everything that can be referred to.
    pub fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        for (up, frame) in self.frames.iter().rev().enumerate() {
            collect(&Target { up, base: None, keys: Vec::new(), shape: frame.shape.clone() }, &mut targets);
            if frame.is_last {
                break;
            }
        }
        for (index, (name, shape)) in self.params.iter().enumerate() {
            if self.params[index + 1..].iter().all(|(later, _)| later != name) {
                let base = Some(name.clone());
                collect(&Target { up: 0, base, keys: Vec::new(), shape: shape.clone() }, &mut targets);
            }
        }
        let mut data = vec![("@root.groups.[0].name", Shape::Text)];
        if self.loops > 0 {
            data.extend([
                ("@index", Shape::Any),
                ("@key", Shape::Any),
                ("@first", Shape::Bool),
                ("@last", Shape::Bool),
            ]);
        }
        if self.loops > 1 {
            data.extend([("@../index", Shape::Any), ("@../first", Shape::Bool)]);
        }
        targets.extend(data.into_iter().map(|(name, shape)| Target {
            up: 0,
            base: Some(name.to_owned()),
            keys: Vec::new(),
            shape,
        }));
        targets
    }

    pub fn is_param(&self, name: &str) -> bool {
        self.params.iter().any(|(param, _)| param == name)
    }
}

fn collect(target: &Target, targets: &mut Vec<Target>) {
    if !matches!(target.shape, Shape::Hidden) {
        targets.push(target.clone());
    }
    if let Shape::Object(object) = &target.shape {
        for (name, shape) in &object.keys {
            let mut keys = target.keys.clone();
            keys.push(name.clone());
            collect(&Target { keys, shape: shape.clone(), ..target.clone() }, targets);
        }
    }
}
