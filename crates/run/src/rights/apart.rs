//! Which effects of one day on one right do not go together, so that it would make a difference which of them is so last.
//!
//! That neither is so for sure then, unless the text ranks them, is in `effects`.

use super::ask::like;
use crate::effects::Came;
use crate::engine::Run;
use counterpart_terms::model::{Change, Effect};
use counterpart_terms::value::{Name, Territory};

impl Run<'_> {
    /// What two effects of one day say differently of a right, where they do of one part of it.
    pub(super) fn effects_apart(&self, name: &Name, one: &Came, other: &Came) -> Option<String> {
        let (mine, theirs) = (one.on_right()?, other.on_right()?);
        let what = differ((one, &mine), (other, &theirs))?;
        self.meet((one, &mine), (other, &theirs)).then(|| what.replace("{}", name.as_str()))
    }

    /// Whether there is a part of a right on which two effects may both be.
    fn meet(&self, (one, mine): (&Came, &Effect), (other, theirs): (&Came, &Effect)) -> bool {
        let market = &self.model_on(one.from).market;
        let places = |came: &Came, effect: &Effect| match (&effect.part.territory, &came.place) {
            (Some(territory), _) => Some(market.places(territory, one.from)),
            (None, Some(place)) if came.chosen.is_none() => {
                let here = Territory::at(place);
                Some(market.places(&here, one.from))
            }
            _ => None,
        };
        let places = (places(one, mine), places(other, theirs));
        let elsewhere = matches!(&places, (Some(a), Some(b)) if a.and(b).is_empty());
        let names = |came: &Came, effect: &Effect| -> Vec<Name> {
            let tested = came.of.clone().filter(|_| came.chosen.is_none());
            effect.part.names.iter().cloned().chain(tested).collect()
        };
        let (a, b) = (names(one, mine), names(other, theirs));
        let alike = |x: &Name, y: &Name| market.dimension_of(x) == market.dimension_of(y);
        let meet = |x: &Name, y: &Name| market.within(x, y) || market.within(y, x);
        let of_another = a.iter().any(|x| {
            let mut like = b.iter().filter(|y| alike(x, y)).peekable();
            like.peek().is_some() && !like.any(|y| meet(x, y))
        });
        !elsewhere && !of_another
    }
}

/// What two effects say differently, in words, where it makes a difference which is so last. What is over for good is so
/// whatever else is said of it; what rests does, however exclusive it is and whatever it reaches.
fn differ((one, mine): (&Came, &Effect), (other, theirs): (&Came, &Effect)) -> Option<&'static str> {
    use Change::{Becomes, Begins, Ends, Expands, Rests, Retracts};
    let over = |came: &Came, effect: &Effect| {
        matches!(effect.change, Ends) && came.until.is_none() && !came.goes_on && !came.later
    };
    if over(one, mine) || over(other, theirs) {
        return None;
    }
    let everywhere =
        |came: &Came, effect: &Effect| effect.part.is_whole() && came.of.is_none() && came.place.is_none();
    // What one clause says it says in the order of its words.
    let apart = one.host != other.host;
    match (&mine.change, &theirs.change) {
        (Becomes(a), Becomes(b)) => (like(a) != like(b)).then_some("how exclusive `{}` becomes"),
        (Begins, Rests | Ends) | (Rests | Ends, Begins) => apart.then_some("whether `{}` is in force"),
        (Begins, Becomes(_)) | (Becomes(_), Begins) => apart.then_some("how exclusive `{}` begins"),
        (Becomes(_), Expands(_)) if everywhere(one, mine) => None,
        (Expands(_), Becomes(_)) if everywhere(other, theirs) => None,
        (Becomes(_), Expands(_)) | (Expands(_), Becomes(_)) => {
            apart.then_some("how exclusive `{}` is in what it comes to reach")
        }
        (Begins | Expands(_), Retracts(_)) | (Retracts(_), Begins | Expands(_)) => {
            apart.then_some("what `{}` reaches")
        }
        _ => None,
    }
}
