//! `diffuscope tokenize`: a text as the tokens that a text encoder reads.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;

use super::error::CliError;
use super::network;
use super::output::{print_json, remark, to_stdout};

const EXAMPLES: &str = "\
One token a line: its number, and its name in the vocabulary, where </w> is the end of a word and
letters stand for bytes. JSON has all of them as ids and tokens, begin and end among them, and as
input_ids what a text encoder is given: cut or padded to its length.

Example:
  diffuscope tokenize --model sd --json -- a photo of a cat";

/// Divide a text into tokens.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A StableDiffusionPipeline folder, or its tokenizer's folder
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,
    /// Write JSON: {ids, tokens, input_ids, assumptions}
    #[arg(long)]
    json: bool,
    /// The text; several words are put together with a space between them
    #[arg(last = true, value_name = "TEXT", required = true)]
    text: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// If the tokenizer cannot be opened.
pub fn run(args: &Args) -> Result<(), CliError> {
    let tokenizer = network::parts(&args.model)?.tokenizer()?;
    let text = args.text.join(" ");
    let tokens = tokenizer.encode(&text)?;
    let fitted = tokenizer.fitted(&text)?;
    if fitted.left_out > 0 {
        let (left, most) = (fitted.left_out, tokenizer.length());
        remark(&format!("a text encoder reads {most} tokens: the last {left} of the text are left out"));
    }
    if args.json {
        return print_json(&json!({
            "ids": tokens.ids,
            "tokens": tokens.tokens,
            "input_ids": fitted.ids,
        }));
    }
    let mut lines = String::new();
    for (id, token) in tokens.ids.iter().zip(&tokens.tokens) {
        // Writing to a string does not fail.
        let _ = writeln!(lines, "{id:>6}  {token}");
    }
    to_stdout(|out| out.write_all(lines.as_bytes()))
}
