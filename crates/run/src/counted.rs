//! What counts: sales that count at another value than their price, and what comes off gross.

use crate::clock::Focus;
use crate::engine::Run;
use crate::measure::Line;
use crate::trace::Step;
use crate::unknown::{Eval, or_nothing};
use crate::value::{Val, percent};
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{CountsAs, Metric, Model};
use counterpart_terms::value::{Measure, Name};

impl Run<'_> {
    /// Lines that count at another value: a share of each, or one amount in place of all of them.
    pub(crate) fn count_as(
        &self,
        model: &Model,
        rule: &CountsAs,
        lines: &mut Vec<Line>,
        period: &Period,
    ) -> Eval<()> {
        let market = &model.market;
        let concerned = |line: &Line| {
            let of =
                rule.of.is_empty() || line.cell.iter().any(|c| rule.of.iter().any(|n| market.within(c, n)));
            // A kit or combination named by its product needs no mark.
            let marked = line.mark.as_deref() == Some(rule.kind.as_str());
            let named =
                !rule.of.is_empty() && matches!(rule.kind.as_str(), "combination" | "kit" | "bundled");
            of && (marked || named)
        };
        if !lines.iter().any(concerned) {
            return Ok(());
        }
        let (value, why) = self.amount(&rule.value, &Focus::of(*period)).map_err(|u| u.at(rule.at))?;
        let what = format!("{} sales count as", rule.kind);
        match &value {
            Val::Number(share) => {
                for line in lines.iter_mut().filter(|l| concerned(l)) {
                    let counted = line.value.with(line.value.number() * share);
                    let how = format!("{} x {}", line.value, percent(share));
                    let step = Step::new(what.clone(), counted.clone()).how(how).by(rule.at);
                    line.step = step.from(vec![line.step.clone(), why.clone()]);
                    line.value = counted;
                }
            }
            Val::Money(_) => {
                let mut first = true;
                lines.retain_mut(|line| {
                    if !concerned(line) {
                        return true;
                    }
                    let how = format!("{value} in place of {}", line.value);
                    let step = Step::new(what.clone(), value.clone()).how(how).by(rule.at);
                    line.step = step.from(vec![line.step.clone(), why.clone()]);
                    line.value = value.clone();
                    std::mem::replace(&mut first, false)
                });
            }
        }
        Ok(())
    }

    /// What is left of a computed metric after deductions that are metrics of their own, each up to its limit.
    pub(crate) fn deducted(
        &self,
        (of, metric): (&Name, &Metric),
        gross: Val,
        focus: &Focus,
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let mut left = gross.clone();
        for deduction in &metric.deducts {
            let mut sum = gross.with(Exact::zero());
            for name in deduction.own_names(&metric.deducts) {
                // A deduction nobody reported is not taken; one that is withheld leaves the figure unknown.
                let value = self.measure(&Measure::of_metric(name.clone()), focus).map(|(value, _)| value);
                sum = sum.plus(&or_nothing(value, || gross.with(Exact::zero()))?)?;
            }
            let mut how = String::new();
            if let Some(most) = &deduction.at_most {
                // What the text takes a share of is as it was before anything came off.
                let before = Focus { gross: Some(of.clone()), ..focus.clone() };
                let limit = self.most_off(most, &gross, &before).map_err(|u| u.at(deduction.at))?;
                if sum.compare(&limit)?.is_gt() {
                    how = format!("{sum}, at most {limit}");
                    sum = limit;
                }
            }
            let names = deduction.own_names(&metric.deducts).map(Name::as_str).collect::<Vec<_>>().join(", ");
            if names.is_empty() {
                continue;
            }
            left = left.less(&sum)?;
            steps.push(
                Step::new(format!("less {names}"), sum.with(-sum.number().clone())).how(how).by(deduction.at),
            );
        }
        Ok(left)
    }
}
