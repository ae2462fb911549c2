//! Reads deal folders or files and prints what is wrong.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool for the desk, not a library")]

use counterpart_terms::Deal;

fn main() {
    for path in std::env::args().skip(1) {
        let mut sources = Vec::new();
        let meta = std::fs::metadata(&path).unwrap();
        if meta.is_dir() {
            for e in std::fs::read_dir(&path).unwrap() {
                let p = e.unwrap().path();
                if p.extension().is_some_and(|x| x == "deal") {
                    sources.push((
                        p.file_name().unwrap().to_string_lossy().to_string(),
                        std::fs::read(&p).unwrap(),
                    ));
                }
            }
        } else {
            sources.push((path.clone(), std::fs::read(&path).unwrap()));
        }
        let start = std::time::Instant::now();
        let deal = Deal::read(sources);
        let t = start.elapsed();
        for p in &deal.problems {
            let f = &deal.files[p.at.file];
            let line = f.lines.line(p.at.span.start);
            let l = f.tree.text().lines().nth(line as usize - 1).unwrap_or("");
            println!(
                "{path}/{}:{line}: {}: {} [{}] {:?}\n      {l}",
                f.path,
                p.code,
                p.message,
                p.at.text,
                p.fixes.first().map(|f| &f.text)
            );
        }
        println!("{path}: {} problems {} records {t:?}", deal.problems.len(), deal.records.len());
    }
}
