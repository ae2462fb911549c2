//! Exact numbers: their arithmetic is that of rationals, and their text loses nothing.

use proptest::prelude::*;

use super::*;

fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

#[test]
fn reads_what_contracts_write() {
    for (text, printed) in [
        ("0", "0"),
        ("-0.00", "0"),
        ("+4", "4"),
        ("54.09", "54.09"),
        ("1,234,567.50", "1234567.5"),
        ("007", "7"),
        ("0.0945", "0.0945"),
        ("999999999999999999999999999999999999999999.5", "999999999999999999999999999999999999999999.5"),
    ] {
        assert_eq!(Exact::parse(text).unwrap().to_string(), printed, "{text}");
    }
}

#[test]
fn refuses_what_could_mean_two_things() {
    for text in [
        "", "-", ".", ".5", "5.", "1,5", "1,23,456", "12,3456", ",123", "1,,234", "1.2.3", "1e9", "0x1",
        "1 000", "--1", "+-1", "1.5,000", "½", "１", "NaN", "1/3", " 1", "1_000",
    ] {
        assert_eq!(Exact::parse(text), None, "{text}");
    }
    assert!(Exact::parse(&"9".repeat(60)).is_some());
    assert!(Exact::parse(&"9".repeat(61)).is_none());
    for text in ["1/0", "1/-3", "1/", "/3", "1/2/3", "1.5/2", "1,000/3"] {
        assert!(text.parse::<Exact>().is_err(), "{text}");
    }
}

#[test]
fn fractions_are_in_lowest_terms() {
    assert_eq!(Exact::ratio(6, -4).unwrap().to_string(), "-1.5");
    assert_eq!(Exact::ratio(6, -4), Exact::ratio(-3, 2));
    assert_eq!(Exact::ratio(i64::MIN, i64::MIN), Some(Exact::one()));
    assert_eq!(Exact::ratio(1, 0), None);
}

#[test]
fn writes_decimals_and_fractions() {
    assert_eq!(Exact::ratio(1, 3).unwrap().to_string(), "1/3");
    assert_eq!(Exact::ratio(-2, 6).unwrap().to_string(), "-1/3");
    assert_eq!(Exact::ratio(1, 8).unwrap().to_string(), "0.125");
    assert_eq!(Exact::ratio(324, 365).unwrap().to_string(), "324/365");
    assert_eq!(exact("1234.5").to_grouped(2), "1,234.50");
    assert_eq!(exact("-1234567").to_grouped(0), "-1,234,567");
    assert_eq!(exact("999.995").to_grouped(2), "1,000.00");
    assert_eq!(exact("123").to_grouped(2), "123.00");
    assert_eq!(exact("-0.004").to_decimal(2, Mode::HalfEven), "0.00");
    assert_eq!(exact("-0.004").to_decimal(2, Mode::Up), "-0.01");
    assert_eq!(exact("2/3").to_decimal(4, Mode::HalfEven), "0.6667");
    assert_eq!(exact("2.675").to_decimal(2, Mode::HalfEven), "2.68");
    assert_eq!(exact("2.665").to_decimal(2, Mode::HalfEven), "2.66");
    assert_eq!(exact("1").to_decimal(u32::MAX, Mode::HalfEven).len(), 1002);
    assert_eq!(format!("{:>6}|{:?}", exact("1.5"), exact("1/3")), "   1.5|Exact(1/3)");
}

#[test]
fn arithmetic_worked_by_hand() {
    // 18,200,000 x 0.0945 + 2,250,000 x 1.09 = 1,719,900 + 2,452,500 = 4,172,400; 4% is 166,896.
    let base = exact("18200000") * exact("0.0945") + exact("2250000") * exact("1.09");
    assert_eq!(base, exact("4172400"));
    assert_eq!(base * Exact::percent(4), exact("166896"));
    // Compounding 6% over three years: 1.06^3 = 1.191016.
    assert_eq!(exact("1.06").pow(3), exact("1.191016"));
    assert_eq!(exact("0").pow(0), Exact::one());
    assert_eq!(Exact::one().checked_div(&Exact::zero()), None);
    assert_eq!(exact("1").checked_div(&exact("-3")).unwrap().to_string(), "-1/3");
    assert_eq!(exact("1.5").checked_pow(u32::MAX), None);
    assert_eq!(exact("-2").pow(127).to_string(), "-170141183460469231731687303715884105728");
    assert_eq!(exact("-2").pow(127) + Exact::one(), -Exact(Repr::Small { num: i128::MAX, den: 1 }));
    assert_eq!(exact("-1").checked_pow(u32::MAX), Some(exact("-1")));
}

#[test]
fn large_values_leave_and_rejoin_the_small_form() {
    let big = Exact(Repr::Small { num: i128::MAX, den: 1 });
    let beyond = &big + &Exact::one();
    assert!(matches!(beyond.0, Repr::Big(_)));
    assert_eq!(beyond.to_string(), "170141183460469231731687303715884105728");
    assert_eq!(&beyond - &Exact::one(), big);
    // i128::MIN itself must not become small: it cannot be negated.
    assert_eq!((-&beyond).abs(), beyond);
    assert!(beyond > big && -beyond < -big);
}

#[test]
fn serde_is_a_string() {
    assert_eq!(serde_json::to_string(&exact("54.09")).unwrap(), r#""54.09""#);
    assert_eq!(serde_json::to_string(&exact("1/3")).unwrap(), r#""1/3""#);
    assert_eq!(serde_json::from_str::<Exact>(r#""1,000.50""#).unwrap(), exact("1000.5"));
    assert!(serde_json::from_str::<Exact>("54.09").is_err());
    assert!(serde_json::from_str::<Exact>(r#""abc""#).is_err());
}

/// Small and large numerators and denominators, so that both forms and the passage between them
/// are covered.
fn any_exact() -> impl Strategy<Value = Exact> {
    let part = prop_oneof![
        (-1000i64..1000).prop_map(i128::from),
        any::<i64>().prop_map(i128::from),
        any::<i128>(),
        Just(i128::MIN),
        Just(i128::MAX),
    ];
    let below = prop_oneof![Just(1), Just(100), 1i128..1000, 1i128.., Just(i128::MAX)];
    (part, below).prop_map(|(num, den)| Exact::from(BigRational::new(num.into(), den.into())))
}

proptest! {
    /// By what it means: so many places make it whole, and one fewer do not.
    #[test]
    fn decimal_places_make_it_whole(num in 1i64.., twos in 0u32..120, fives in 0u32..120, other in 1i64..12) {
        let ten = |n: u32| Exact::from_int(10).pow(n);
        let den = Exact::from_int(2).pow(twos) * Exact::from_int(5).pow(fives) * Exact::from_int(other);
        let number = Exact::from_int(num).checked_div(&den).unwrap();
        match number.decimal_places() {
            Some(places) => {
                prop_assert!((&number * &ten(places)).is_integer());
                prop_assert!(places == 0 || !(&number * &ten(places - 1)).is_integer());
            }
            None => prop_assert!(!(&number * &ten(200)).is_integer()),
        }
    }

    #[test]
    fn addition_is_undone_by_subtraction(a in any_exact(), b in any_exact()) {
        prop_assert_eq!(&(&a + &b) - &b, a);
    }

    #[test]
    fn multiplication_is_undone_by_division(a in any_exact(), b in any_exact()) {
        if !b.is_zero() {
            prop_assert_eq!((&a * &b).checked_div(&b), Some(a));
        }
    }

    /// `num-rational` is the other implementation.
    #[test]
    fn agrees_with_big_rationals(a in any_exact(), b in any_exact()) {
        let (x, y) = (BigRational::from(&a), BigRational::from(&b));
        prop_assert_eq!(BigRational::from(&(&a + &b)), &x + &y);
        prop_assert_eq!(BigRational::from(&(&a - &b)), &x - &y);
        prop_assert_eq!(BigRational::from(&(&a * &b)), &x * &y);
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(a.is_negative(), x.is_negative());
        prop_assert_eq!(BigRational::from(&a.round_to_integer(Mode::Floor)), x.floor());
        prop_assert_eq!(BigRational::from(&a.round_to_integer(Mode::HalfUp)), x.round());
    }

    #[test]
    fn powers_are_repeated_products(a in any_exact(), exponent in 0u32..6) {
        let product = (0..exponent).fold(Exact::one(), |product, _| product * &a);
        prop_assert_eq!(a.pow(exponent), product.clone());
        prop_assert_eq!(a.checked_pow(exponent), Some(product));
    }

    #[test]
    fn json_round_trip(a in any_exact()) {
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Exact>(&json).unwrap(), a);
    }

    #[test]
    fn grouped_text_reads_back(num in any::<i64>(), places in 0u32..9) {
        let value = Exact::ratio(num, 10i64.pow(places)).unwrap();
        prop_assert_eq!(Exact::parse(&value.to_grouped(places)).unwrap(), value);
    }

    #[test]
    fn no_text_panics(text in ".{0,80}") {
        let _ = Exact::parse(&text);
        let _ = text.parse::<Exact>();
    }

    #[test]
    fn no_number_like_text_panics(text in "[-+0-9.,/]{0,90}") {
        if let Ok(value) = text.parse::<Exact>() {
            prop_assert_eq!(value.to_string().parse::<Exact>().ok(), Some(value));
        }
    }
}
