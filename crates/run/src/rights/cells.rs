//! What comes to a grant cell by cell: the term of an agreement that runs for each product and country, and days that hang
//! on something reached for each title, product or country.
//!
//! Each cell has days of its own. Where nothing was told of what its end hangs on, the end has not begun to run there;
//! where that cannot be said, the cell is in doubt, and the reason says which product, country or title it is of.

use super::days::DaysSo;
use super::drawing::lasting_in;
use super::life::Life;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{Reach, Region, all_days, date, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Grant, Life as Clause, Per};
use counterpart_terms::value::{Moment, Name};
use counterpart_terms::world;

/// So many cells are told as a reason.
const MOST_TOLD: usize = 4;

/// A limit of a grant that is not the same everywhere.
pub(crate) struct Apart<'m> {
    moment: &'m Moment,
    per: Vec<Per>,
    /// It begins with it, and does not end.
    begins: bool,
    /// It is the term of the agreement.
    pub of_agreement: bool,
    at: At,
}

/// A part of the market in which a limit has days of its own.
pub(crate) struct Cell {
    /// What is asked there.
    pub focus: Focus,
    /// The part.
    pub region: Region,
}

impl Cell {
    /// It in words: `Combination in BR`.
    fn shown(&self) -> String {
        let of: Vec<&str> = self.focus.product.iter().chain(&self.focus.others).map(Name::as_str).collect();
        match (&self.focus.place, of.as_slice()) {
            (Some(place), []) => format!("in {place}"),
            (Some(place), of) => format!("of {} in {place}", of.join(", ")),
            (None, of) => format!("of {}", of.join(", ")),
        }
    }
}

impl<'m> Run<'m> {
    /// The limits of a grant that come cell by cell.
    pub(crate) fn limits_apart<'r>(&'r self, grant: &'r Grant) -> Vec<Apart<'r>> {
        let mut out = Vec::new();
        let header = &self.model_now().header;
        if let Some(moment) = header.ends.as_ref().filter(|_| self.ends_apart() && !grant.perpetual) {
            let per = header.ends_per.clone();
            out.push(Apart { moment, per, begins: false, of_agreement: true, at: header.at });
        }
        for (clause, at) in &grant.life {
            let (moments, begins) = match clause {
                Clause::Until(moments) => (moments.as_slice(), false),
                Clause::From(moment) => (std::slice::from_ref(moment), true),
                _ => continue,
            };
            for moment in moments {
                let per = self.apart_by(moment);
                if !per.is_empty() {
                    out.push(Apart { moment, per, begins, of_agreement: false, at: *at });
                }
            }
        }
        out
    }

    /// Whether the term of the agreement runs for each product or country by itself.
    pub(crate) fn ends_apart(&self) -> bool {
        !self.model_now().header.ends_per.is_empty()
    }

    /// Whether a line on when a grant is in force gives days that come cell by cell.
    pub(crate) fn is_apart(&self, clause: &Clause) -> bool {
        let apart = |moment: &Moment| !self.apart_by(moment).is_empty();
        match clause {
            Clause::Until(moments) => moments.iter().any(apart),
            Clause::From(moment) => apart(moment),
            _ => false,
        }
    }

    /// By what a moment comes apart: by whatever something it hangs on is reached for each of.
    pub(crate) fn apart_by(&self, moment: &Moment) -> Vec<Per> {
        let mut out: Vec<Per> = Vec::new();
        match moment {
            Moment::Event { name, state: None, place } => {
                let mut records = self.model_now().records.iter();
                let own =
                    records.find(|r| r.clause == Form::FileMilestone && r.name(Label::Name) == Some(name));
                let each = own.into_iter().flat_map(|r| r.all_below(Form::MilestoneEach));
                let each = each.flat_map(|line| Per::each(line.get(Label::Per)));
                out.extend(each.filter(|per| match per {
                    Per::Country => place.is_none(),
                    Per::Product | Per::Dimension(_) => true,
                    Per::Indication | Per::Region | Per::Field => false,
                }));
                out.extend(self.told_apart_by(name));
            }
            Moment::Shift { from, .. } | Moment::Anniversary(_, from) => out.extend(self.apart_by(from)),
            Moment::Latest(of) | Moment::Earliest(of) => of.iter().for_each(|m| out.extend(self.apart_by(m))),
            _ => {}
        }
        let mut seen: Vec<Per> = Vec::new();
        out.retain(|per| {
            let new = !seen.contains(per);
            seen.push(per.clone());
            new
        });
        out
    }

    /// By what the entries tell apart what was reached, though its clause does not.
    fn told_apart_by(&self, milestone: &Name) -> Vec<Per> {
        let market = &self.model_now().market;
        let mut out = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Reached { name, product, of, .. } = &event.kind else { continue };
            if name == milestone {
                out.extend(product.as_ref().map(|_| Per::Product));
                let root = of.as_ref().and_then(|of| market.dimension.get(of));
                out.extend(root.map(|root| Per::Dimension(root.clone())));
            }
        }
        out
    }

    /// The cells of a region, those of which something was told first and what is left last.
    pub(crate) fn cells(&self, reach: Reach<'_>, region: &Region, per: &[Per]) -> Vec<Cell> {
        let focus = Focus { each: true, ..Focus::default() };
        let mut cells = vec![Cell { focus, region: region.clone() }];
        for per in per {
            let names = self.names_told_apart(per);
            cells = cells.into_iter().flat_map(|cell| split(reach, &cell, per, &names)).collect();
        }
        cells
    }

    /// What there is of a kind, the narrower before the wider.
    fn names_told_apart(&self, per: &Per) -> Vec<Name> {
        let market = &self.model_now().market;
        let mut names: Vec<Name> = match per {
            Per::Product => market.products.keys().cloned().collect(),
            Per::Country => {
                let listed = self.clock().patent_places();
                let mut places = self.places_told();
                places.extend(listed.iter().map(|place| Name::from(place.as_str())));
                places.retain(|place| !place.is_blank());
                places
            }
            Per::Dimension(of) => {
                market.dimension.keys().filter(|name| market.is_member(name, of)).cloned().collect()
            }
            Per::Indication | Per::Region | Per::Field => Vec::new(),
        };
        let above = |name: &Name| names_above(name, market);
        let country = |name: &Name| match world::place(name.as_str()) {
            Some(_) if name.as_str().contains('-') => 0,
            Some(_) if name.as_str().len() == 2 => 1,
            _ => 2,
        };
        match per {
            Per::Country => names.sort_by_key(|name| (country(name), name.clone())),
            _ => names.sort_by_key(|name| (usize::MAX - above(name), name.clone())),
        }
        names.dedup();
        names
    }

    /// The days on which a limit lets a grant be in force in a cell.
    pub(crate) fn days_in(&self, limit: &Apart<'_>, cell: &Cell) -> DaysSo {
        let mut so = match limit.begins {
            true => self.days_from_in(limit.moment, &cell.focus),
            false => self.days_until_in(limit.moment, &cell.focus),
        };
        let after = all_days().less(&so.perhaps());
        if limit.of_agreement && self.model_now().header.renews.is_some() {
            let why = Unknown::new("how a term is renewed that runs for each by itself is not told");
            so.doubt.push((after, why));
        } else if hangs_on_sales(limit.moment) && !self.is_told_as_sold(limit, cell) {
            let why = "sales were told without saying of which product, or where: add the `first sale` there";
            so.doubt.push((after, Unknown::new(why)));
        }
        so.doubt.retain(|(days, _)| !days.is_empty());
        let (what, then) = match (limit.of_agreement, limit.begins) {
            (true, _) => ("whether the term has run out", ""),
            (_, true) => ("whether it has begun", ""),
            (_, false) => ("whether its last day", " is past"),
        };
        for (_, why) in &mut so.doubt {
            why.reason = format!("{what} {}{then} is not known: {}", cell.shown(), why.reason);
            why.at.get_or_insert(limit.at);
        }
        so
    }

    /// Whether something told of sales says that they were of a cell; of one in which nothing was sold nothing has to.
    fn is_told_as_sold(&self, limit: &Apart<'_>, cell: &Cell) -> bool {
        let several = self.model_now().market.products.len() > 1;
        let product = cell.focus.product.as_ref().filter(|_| several && limit.per.contains(&Per::Product));
        let place = cell.focus.place.as_ref().filter(|_| limit.per.contains(&Per::Country));
        let same = |told: &Option<Name>, asked: Option<&Name>| asked.is_none_or(|a| told.as_ref() == Some(a));
        self.clock().sold().iter().any(|(of, sold_in)| same(of, product) && same(sold_in, place))
    }

    /// Leaves of a life, cell by cell, what its limits leave.
    pub(crate) fn limit_cell_by_cell(&self, reach: Reach<'_>, life: &mut Life, limits: &[Apart<'_>]) {
        for limit in limits {
            for cell in self.cells(reach, &life.about, &limit.per) {
                lasting_in(life, &cell.region, self.days_in(limit, &cell));
            }
        }
    }

    /// Until when a grant surely lasts in a part by the limits that come cell by cell.
    pub(crate) fn lasts_in(&self, grant: &Grant, part: &Region, on: Date) -> Vec<(String, At)> {
        let space = self.space();
        let reach = self.reach(&space);
        let ever = all_days().bounds().map(|(_, last)| last);
        let mut out = Vec::new();
        for limit in self.limits_apart(grant).iter().filter(|limit| !limit.begins) {
            for cell in self.cells(reach, part, &limit.per) {
                let so = self.days_in(limit, &cell);
                if !so.yes.contains(day(on)) {
                    continue;
                }
                let what = if limit.of_agreement { "the term" } else { "its time" };
                let last = so.yes.bounds().map(|(_, last)| last).filter(|last| Some(*last) < ever);
                let least = if so.doubt.is_empty() { "" } else { "at least " };
                let until = last.map(|last| format!("runs {least}to {}", date(last)));
                let until = until.unwrap_or_else(|| "has not begun to run out".to_string());
                out.push((format!("{what} {} {until}", cell.shown()), limit.at));
            }
        }
        // Of many cells the first few stand for all.
        out.truncate(MOST_TOLD);
        out
    }

    /// Where a grant is over in a part on a day, or not begun, by a limit that comes cell by cell.
    pub(crate) fn over_in(&self, grant: &Grant, part: &Region, on: Date) -> Vec<(String, Option<Date>, At)> {
        let space = self.space();
        let reach = self.reach(&space);
        let mut out = Vec::new();
        for limit in self.limits_apart(grant) {
            for cell in self.cells(reach, part, &limit.per) {
                let so = self.days_in(&limit, &cell);
                if so.perhaps().contains(day(on)) {
                    continue;
                }
                let last = so.yes.bounds().map(|(_, last)| date(last)).filter(|last| *last < on);
                let (what, then) = match (limit.of_agreement, limit.begins) {
                    (true, _) => ("the term ran out", ""),
                    (_, true) => ("it has not begun", ""),
                    (_, false) => ("its last day", " is past"),
                };
                out.push((format!("{what} {}{then}", cell.shown()), last, limit.at));
            }
        }
        out.truncate(MOST_TOLD);
        out
    }
}

/// Whether a moment hangs on a first sale.
pub(super) fn hangs_on_sales(moment: &Moment) -> bool {
    match moment {
        Moment::FirstSale { .. } => true,
        Moment::Shift { from, .. } | Moment::Anniversary(_, from) => hangs_on_sales(from),
        Moment::Latest(of) | Moment::Earliest(of) => of.iter().any(hangs_on_sales),
        _ => false,
    }
}

/// How many names stand above one.
fn names_above(name: &Name, market: &counterpart_terms::model::Market) -> usize {
    let mut at = name;
    // Trees are at most as deep as the outline; the bound guards against one that contains itself.
    (0..64).take_while(|_| market.parents.get(at).map(|parent| at = parent).is_some()).count()
}

/// The parts of a cell by names, and what is left of it.
fn split(reach: Reach<'_>, cell: &Cell, per: &Per, names: &[Name]) -> Vec<Cell> {
    let mut left = cell.region.clone();
    let mut out = Vec::new();
    let with = |name: Name| {
        let mut focus = cell.focus.clone();
        match per {
            Per::Country => focus.place = Some(name),
            Per::Product => focus.product = Some(name),
            _ => focus.others.push(name),
        }
        focus
    };
    for name in names {
        let part = match per {
            Per::Country => reach.in_place(&left, name),
            _ => reach.names(&left, std::slice::from_ref(name)),
        };
        let Ok(part) = part else { continue };
        if !part.is_empty() {
            left = left.without(&part);
            out.push(Cell { focus: with(name.clone()), region: part });
        }
    }
    if !left.is_empty() {
        let rest = match per {
            Per::Country => "any other country",
            Per::Product => "any other product",
            _ => "anything else",
        };
        out.push(Cell { focus: with(Name::from(rest)), region: left });
    }
    out
}
