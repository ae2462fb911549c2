//! Reads deal folders or files and checks their assertions.
use counterpart_run::{Machine, Outcome};
use counterpart_terms::Deal;

fn main() {
    let quiet = std::env::var("QUIET").is_ok();
    let (mut ok, mut bad, mut und, mut later) = (0, 0, 0, 0);
    for path in std::env::args().skip(1) {
        let mut sources = Vec::new();
        if std::fs::metadata(&path).unwrap().is_dir() {
            for e in std::fs::read_dir(&path).unwrap() {
                let p = e.unwrap().path();
                if p.extension().is_some_and(|x| x == "deal" || x == "csv") {
                    sources.push((
                        p.file_name().unwrap().to_string_lossy().to_string(),
                        std::fs::read(&p).unwrap(),
                    ));
                }
            }
        } else {
            sources.push((path.clone(), std::fs::read(&path).unwrap()));
        }
        let deal = Deal::read(sources);
        let machine = Machine::new(&deal);
        for p in deal.problems.iter().chain(&machine.problems) {
            let f = &deal.files[p.at.file];
            println!("{path}/{}:{}: {}: {}", f.path, f.lines.line(p.at.span.start), p.code, p.message);
        }
        let start = std::time::Instant::now();
        for (claim, outcome) in machine.check_all() {
            let f = &deal.files[claim.at.file];
            let text = f.tree.slice(claim.at.span());
            match outcome {
                Outcome::Holds => ok += 1,
                Outcome::NotYet => later += 1,
                Outcome::Fails(w) => {
                    bad += 1;
                    if !quiet {
                        println!("{path}:{}: FAILS {text} -- {w}", claim.at.line)
                    }
                }
                Outcome::Undecided(w) => {
                    und += 1;
                    if !quiet {
                        println!("{path}:{}: UNDECIDED {text} -- {w}", claim.at.line)
                    }
                }
            }
        }
        if start.elapsed().as_millis() > 500 {
            println!("{path}: {:?}", start.elapsed());
        }
    }
    println!("{ok} hold, {bad} fail, {und} undecided, {later} about rights left for later");
}
