use counterpart_run::Machine;
use counterpart_terms::Deal;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let src = a[1].split(",").map(|p| (p.to_string(), std::fs::read(p).unwrap())).collect::<Vec<_>>();
    let deal = Deal::read(src);
    let m = Machine::new(&deal);
    let d: Vec<i32> = a[3].split('-').map(|x| x.parse().unwrap()).collect();
    let day = counterpart_num::Date::new(d[0], d[1] as u32, d[2] as u32).unwrap();
    let run = m.run(day, day);
    let name = a[2].as_str().into();
    if let Ok(items) = run.items(&name) {
        for i in items {
            println!("{} {:?} {:?} {:?} {:?}", i.arisen, i.amount, i.product, i.place, i.line);
        }
    }
    for e in &m.editions.0 {
        if let Some(r) = e.model.royalties.get(&name) {
            println!("{:#?}", r.minimums);
        }
        if let Some(p) = e.model.pays.get(&name) {
            println!("{:#?}", p.instalments);
            println!("{:#?}", p.rules);
        }
    }
}
