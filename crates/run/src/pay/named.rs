//! Whether a name is that of a payment: asked here alone, of every terms of the deal.

use crate::engine::Run;
use counterpart_syntax::Form;
use counterpart_terms::model::{Editions, FeeWhen, Model, Pay};
use counterpart_terms::value::Name;

/// Whether something is paid under a name: a fee, a price, a royalty.
fn is_payment(editions: &Editions, name: &Name) -> bool {
    editions.0.iter().any(|edition| is_payment_by(&edition.model, name, |_| true))
}

/// Whether what has a name is nothing but a payment, so that paying it is what it waits for. What is paid under the name of
/// something else is not that: the price of more time for a milestone, a share of the costs of a product, a sum a trigger
/// asks for.
pub(crate) fn is_a_payment(editions: &Editions, name: &Name) -> bool {
    let alone = |model: &Model, pay: &Pay| {
        let under_another = model.records.standing_at(pay.at).is_some_and(|record| {
            matches!(
                record.clause,
                Form::FileShareCosts | Form::FileTrigger | Form::FileWindow | Form::FileSunset
            )
        });
        !under_another && !model.market.milestones.contains_key(name)
    };
    let models = || editions.0.iter().map(|edition| &edition.model);
    models().any(|model| is_payment_by(model, name, |pay| alone(model, pay)))
}

/// The same by the terms of one edition: a royalty, or a payment of which something is so.
fn is_payment_by(model: &Model, name: &Name, counts: impl Fn(&Pay) -> bool) -> bool {
    model.royalties.contains_key(name) || model.pays.get(name).is_some_and(counts)
}

impl Run<'_> {
    /// Whether something is paid under a name.
    pub(crate) fn is_payment(&self, name: &Name) -> bool {
        is_payment(&self.machine.editions, name)
    }

    /// Whether a payment falls due again and again.
    pub(crate) fn recurs(&self, name: &Name) -> bool {
        let each = |pay: &Pay| pay.instalments.iter().any(|line| matches!(line.when, FeeWhen::Each { .. }));
        self.pay_named(name).map_or_else(|| self.is_payment(name), each)
    }
}
