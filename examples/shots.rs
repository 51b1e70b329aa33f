use diffuscope::app::figure::*; use diffuscope::app::Prepared; use diffuscope::scene::*; use diffuscope::gpu::Device;
fn main(){
  let mut studio=Studio::open(Device::Auto).unwrap();
  for chapter in Chapter::ALL { for dark in [true,false] {
    let scene=Scene{chapter, compare: false, ..Scene::default()};
    let p=Prepared::of_scene(&scene).unwrap();
    let s=std::time::Instant::now();
    studio.save(std::path::Path::new(&format!("/tmp/shots/{}-{}.png",chapter.name(), if dark {"dark"} else {"light"})), &scene, p, FigureOptions{dark,..Default::default()}).unwrap();
    eprintln!("{:?}", s.elapsed());
  }}
}
