use std::io::Write;
fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let start = std::time::Instant::now();
        let (tree, problems) = counterpart_syntax::parse(&bytes);
        let t = start.elapsed();
        for p in &problems {
            let line = tree.text()[..p.at.span.start as usize].lines().count().max(1);
            let l = tree.text().lines().nth(line - 1).unwrap_or("");
            println!("{path}:{line}: {}: {} [{}] {:?}\n      {l}", p.code, p.message, p.at.text, p.fixes.first().map(|f| &f.text));
        }
        println!("{path}: {} problems {t:?}", problems.len());
        std::io::stdout().flush().unwrap();
    }
}
