//! Numbers as few ranges.

/// The numbers from the first to the last one, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub first: u16,
    pub last: u16,
    pub step: u16,
}

/// All numbers, which are in order, as one run if they have one distance; else as ranges and single numbers.
pub(super) fn runs(numbers: &[u16]) -> Vec<Run> {
    if let [first, second, _, ..] = numbers {
        let step = second - first;
        if numbers.windows(2).all(|pair| pair[1] - pair[0] == step) {
            return vec![Run { first: *first, last: numbers[numbers.len() - 1], step }];
        }
    }
    let mut runs: Vec<Run> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some(run) if run.last + 1 == number => run.last = number,
            _ => runs.push(Run { first: number, last: number, step: 1 }),
        }
    }
    // Two numbers are no range to a reader.
    runs.into_iter()
        .flat_map(|run| match run.last - run.first {
            1 => vec![Run { last: run.first, ..run }, Run { first: run.last, ..run }],
            _ => vec![run],
        })
        .collect()
}
