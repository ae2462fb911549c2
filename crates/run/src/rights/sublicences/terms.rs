//! Whether a licence lets a sublicence be given: to whom, for which part of it, freely or with consent.

use super::Told;
use super::head::Head;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_num::Exact;
use counterpart_rights::{Reach, Region};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Grant;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Acts, Name, Value};

/// What of a sublicence its head licence lets be given.
#[derive(Debug, Clone, Default)]
pub(super) struct Leave {
    /// The part that stands: free, or with a consent that was told.
    pub free: Region,
    /// The part that may stand, and why that cannot be said.
    pub doubt: Vec<(Region, Unknown)>,
    /// What does not stand, in the user's words.
    pub refused: Vec<String>,
}

/// The parts a licence speaks of, while they are collected.
#[derive(Default)]
struct Rules {
    free: Region,
    consent: Region,
    doubt: Vec<(Region, Unknown)>,
    /// Whom it lets be given one, where that is not the taker.
    whom: Vec<String>,
}

impl Run<'_> {
    /// What of a part of a licence may be sublicensed as told.
    pub(super) fn leave(&self, told: &Told<'_>, under: &Head<'_>, about: &Region) -> Leave {
        let (head, grant) = (under.root, under.grant);
        let mut out = Leave::default();
        let tiers = through(under);
        if tiers == Ok(false) {
            out.refused.push(format!("`{head}` lets none be given so far below it"));
            return out;
        }
        if grant.sublicence.is_empty() {
            if grant.acts.as_ref().is_some_and(
                |acts| matches!(acts, Acts::These(of) if of.iter().any(|a| a.as_str() == "sublicense")),
            ) {
                match tiers {
                    Ok(_) => out.free = about.clone(),
                    Err(why) => out.doubt.push((about.clone(), why)),
                }
                return out;
            }
            let why = format!("whether sublicences may be given under `{head}` is not said");
            out.doubt.push((about.clone(), Unknown::new(why).at(grant.at)));
            return out;
        }
        let mut rules = self.rules_of(told, grant, about);
        // What the licensor consents to it lets be given, whatever is said of tiers.
        if let (Err(why), None | Some(false)) = (tiers, told.consent) {
            rules.doubt.push((std::mem::take(&mut rules.free), why));
            rules.doubt.retain(|(region, _)| !region.is_empty());
        }
        out.free = rules.free;
        out.doubt = rules.doubt;
        let consent = rules.consent.without(&out.free);
        let of = Name::list(&grant.from);
        let asked_later = grant.from.iter().any(|party| self.chosen_on(party, told.name).is_some());
        match told.consent {
            _ if consent.is_empty() => {}
            Some(true) => out.free = out.free.or(&consent),
            Some(false) => {
                out.refused.push(format!("it needs the consent of {of}, and was given without"));
            }
            None if asked_later => out.free = out.free.or(&consent),
            None => {
                let why = format!(
                    "whether {of} consented to `{}` is not told: add `, with consent` to its entry",
                    told.name
                );
                out.doubt.push((consent.clone(), Unknown::new(why).at(told.at)));
            }
        }
        let mut rest = about.without(&out.free).without(&consent);
        for (region, _) in &out.doubt {
            rest = rest.without(region);
        }
        if !rest.is_empty() {
            out.refused.push(match rules.whom.as_slice() {
                _ if grant.withholds_sublicensing() => {
                    format!("`{head}` lets nobody be given a sublicence")
                }
                [] => format!("`{head}` lets no sublicence be given {}", self.acts_shown(&rest)),
                whom => format!("under `{head}` one may be given to {} alone", whom.join(", ")),
            });
        }
        out
    }

    /// The acts of a region in words.
    fn acts_shown(&self, region: &Region) -> String {
        let space = self.space();
        let acts = region.boxes().iter().flat_map(|b| space.told(b)).find_map(|(side, names)| {
            (*side == counterpart_rights::Side::Acts)
                .then(|| names.iter().take(4).map(|n| n.to_string()).collect::<Vec<_>>().join(", "))
        });
        acts.map_or_else(|| "for all of that".to_string(), |acts| format!("to {acts}"))
    }

    fn rules_of(&self, told: &Told<'_>, grant: &Grant, about: &Region) -> Rules {
        let mut rules = Rules::default();
        for line in grant.sublicence.iter().filter(|l| l.clause == Form::GrantSublicence) {
            for rule in line.all(Label::Rule) {
                if let Value::Parts(rule) = rule {
                    self.rule(&mut rules, told, grant, about, rule);
                }
            }
            for extra in line.all(Label::Extra) {
                if let Value::Parts(extra) = extra {
                    self.extra(&mut rules, told, grant, about, extra);
                }
            }
        }
        rules
    }

    fn rule(&self, rules: &mut Rules, told: &Told<'_>, grant: &Grant, about: &Region, rule: &Parts) {
        if rule.has(Label::None) || rule.has(Label::Tiers) {
            return;
        }
        let part = match self.part_named(told, about, rule) {
            Ok(part) => part,
            Err(why) => return rules.doubt.push((about.clone(), why.at(grant.at))),
        };
        if rule.has(Label::Affiliates) {
            match self.is_affiliate(told, grant, rules) {
                Ok(true) => {}
                Ok(false) => return,
                Err(why) => return rules.doubt.push((part, why.at(grant.at))),
            }
        }
        let parties = rule.names(Label::Parties);
        if !self.is_among(told.to, &parties, told.on) && parties.iter().any(Name::is_blank) {
            let why = Unknown::new("who may be given a sublicence is redacted or open");
            return rules.doubt.push((part, why.at(grant.at)));
        }
        if !parties.is_empty() && !self.is_among(told.to, &parties, told.on) {
            rules.whom.extend(parties.iter().map(ToString::to_string));
            return;
        }
        let mut needs = rule.has(Label::Consent);
        if let Some(unless) = rule.condition(Label::Unless) {
            match self.holds_on(unless, told.on, &Focus::default()) {
                Ok(so) => needs = needs && !so,
                Err(_) if told.consent == Some(true) => {}
                Err(why) => return rules.doubt.push((part, why.at(grant.at))),
            }
        }
        let side = if needs { &mut rules.consent } else { &mut rules.free };
        *side = std::mem::take(side).or(&part);
    }

    /// What is said after the rules narrows them, or adds to them.
    fn extra(&self, rules: &mut Rules, told: &Told<'_>, grant: &Grant, about: &Region, extra: &Parts) {
        let part = match self.part_named(told, about, extra) {
            Ok(part) => part,
            Err(why) => return rules.doubt.push((about.clone(), why.at(grant.at))),
        };
        let whom = extra.word(Label::Rule);
        if whom == Some("affiliates") {
            match self.is_affiliate(told, grant, rules) {
                Ok(true) => {}
                Ok(false) => return,
                Err(why) => return rules.doubt.push((part, why.at(grant.at))),
            }
        }
        match (extra.has(Label::Consent), whom.is_some() || extra.has(Label::Free)) {
            (true, true) => rules.consent = std::mem::take(&mut rules.consent).or(&part),
            (true, false) => {
                let inside = rules.free.both(&part);
                rules.free = rules.free.without(&part);
                rules.consent = std::mem::take(&mut rules.consent).or(&inside);
            }
            (false, true) => rules.free = std::mem::take(&mut rules.free).or(&part),
            (false, false) => {}
        }
    }

    /// The part of a region that a rule speaks of.
    fn part_named(&self, told: &Told<'_>, about: &Region, rule: &Parts) -> Result<Region, Unknown> {
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_on(told.on).market };
        let unclear = |_| Unknown::new("for what a sublicence may be given is redacted or open");
        let mut part = about.clone();
        if let Some(Value::Acts(acts)) = rule.get(Label::Acts) {
            part = reach.acts(&part, acts).map_err(unclear)?;
        }
        for label in [Label::Assets, Label::Of] {
            let names = rule.names(label);
            if !names.is_empty() {
                part = reach.names(&part, &names).map_err(unclear)?;
            }
        }
        match rule.territory(Label::Territory) {
            Some(territory) => reach.territory(&part, territory).map_err(unclear),
            None => Ok(part),
        }
    }

    /// Whether the taker is an affiliate of a holder of the licence, as the parties' lines tell.
    fn is_affiliate(&self, told: &Told<'_>, grant: &Grant, rules: &mut Rules) -> Result<bool, Unknown> {
        let mut listed: Vec<Name> = grant.to.iter().flat_map(|of| self.affiliates_of(of)).collect();
        listed.extend(grant.to.iter().filter(|of| self.is_group(of)).flat_map(|of| self.members(of)));
        let mut so = listed.contains(told.to);
        // Whose subsidiary it was until a day is none after it.
        for of in grant.to.iter().filter(|of| self.affiliates_of(of).contains(told.to)) {
            let days = self.days_as_affiliate(told.to, of, true);
            so = days.map_or(Ok(true), |days| days.on(told.on))?;
        }
        if !so && (listed.iter().any(Name::is_blank) || grant.to.iter().any(Name::is_blank)) {
            return Err(Unknown::new("whose affiliate somebody is, is redacted or open"));
        }
        if !so {
            let of = Name::list(&grant.to);
            rules.whom.push(format!("affiliates of {of}"));
        }
        Ok(so)
    }
}

/// Whether the lines of a licence let sublicences be given as far below it as one is.
fn through(head: &Head<'_>) -> Result<bool, Unknown> {
    if head.tier <= 1 || head.grant.withholds_sublicensing() {
        return Ok(true);
    }
    let lines = head.grant.sublicence.iter().filter(|line| line.clause == Form::GrantSublicence);
    let rules = lines.flat_map(|line| line.all(Label::Rule)).filter_map(|rule| match rule {
        Value::Parts(rule) => rule.get(Label::Tiers),
        _ => None,
    });
    let why = |what: String| Err(Unknown::new(what).at(head.grant.at));
    let root = head.root;
    match rules.last() {
        Some(Value::Number(most)) => Ok(Exact::from(i64::try_from(head.tier).unwrap_or(i64::MAX)) <= *most),
        Some(_) => {
            why(format!("through how many tiers sublicences may be given under `{root}` is redacted or open"))
        }
        None => why(format!(
            "whether sublicences may be given under one of `{root}` is not said: a line `sublicence through 2 tiers` would"
        )),
    }
}
