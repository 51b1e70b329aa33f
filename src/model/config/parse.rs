//! Reading `config.json`, strictly: every field is understood or named in an error.

use serde_json::{Map, Value};

use super::{
    ClassEmbedType, DownBlockType, MID_BLOCK, NULL_CLASS, Resampling, TimeEmbeddingType, UNet2DConfig,
    UpBlockType,
};
use crate::model::ModelError;
use crate::model::error::{one_line, shown};
use crate::model::layers::{Activation, TimeAdd};

/// What `diffusers.training_utils.EMAModel` writes beside the network's own fields when it saves
/// averaged weights. They say how the weights were averaged and change nothing in the network.
const AVERAGING: [&str; 7] =
    ["decay", "inv_gamma", "min_decay", "optimization_step", "power", "update_after_step", "use_ema_warmup"];

/// diffusers strips this from block names of its first checkpoints.
const OLD_PREFIX: &str = "UNetRes";

impl UNet2DConfig {
    /// Reads a `config.json`. Missing fields get diffusers' defaults. Keys that start with an underscore are notes and
    /// are ignored, except `_class_name` and this program's own `_null_class`.
    ///
    /// `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError`], naming the field: for one that is unknown, has the wrong type or a value that
    /// is out of range or not supported, and for values that do not go together.
    pub fn from_json(text: &str, name: &str) -> Result<Self, ModelError> {
        let map = object(text, name)?;
        match map.get("_class_name") {
            None => {}
            Some(Value::String(class)) if class == "UNet2DModel" => {}
            Some(other) => {
                let found = other.as_str().map_or_else(|| shown_value(other), shown);
                return Err(ModelError::Class { name: name.to_owned(), found, expected: "UNet2DModel" });
            }
        }
        let mut fields = Fields { map, name };
        let config = Self::read(&mut fields)?;
        fields.finish()?;
        config.validate(name)?;
        Ok(config)
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, ModelError> {
        let default = Self::default();
        Ok(Self {
            sample_size: fields.size("sample_size")?,
            in_channels: fields.whole("in_channels", default.in_channels)?,
            out_channels: fields.whole("out_channels", default.out_channels)?,
            center_input_sample: fields.boolean("center_input_sample", default.center_input_sample)?,
            time_embedding_type: fields
                .named("time_embedding_type", TimeEmbeddingType::NAMES, TimeEmbeddingType::from_name)?
                .unwrap_or(default.time_embedding_type),
            time_embedding_dim: fields.optional_whole("time_embedding_dim", None)?,
            freq_shift: fields.number("freq_shift", default.freq_shift)?,
            flip_sin_to_cos: fields.boolean("flip_sin_to_cos", default.flip_sin_to_cos)?,
            down_block_types: fields.blocks(
                "down_block_types",
                DownBlockType::NAMES,
                DownBlockType::from_name,
                default.down_block_types,
            )?,
            mid_block: fields
                .nullable(
                    "mid_block_type",
                    &[MID_BLOCK, "null"],
                    |name| (name == MID_BLOCK).then_some(()),
                    Some(()),
                )?
                .is_some(),
            up_block_types: fields.blocks(
                "up_block_types",
                UpBlockType::NAMES,
                UpBlockType::from_name,
                default.up_block_types,
            )?,
            block_out_channels: fields.wholes("block_out_channels", default.block_out_channels)?,
            layers_per_block: fields.whole("layers_per_block", default.layers_per_block)?,
            mid_block_scale_factor: fields
                .number("mid_block_scale_factor", default.mid_block_scale_factor)?,
            downsample_padding: fields.whole("downsample_padding", default.downsample_padding)?,
            // diffusers takes null for the default too.
            downsample_type: fields
                .nullable("downsample_type", Resampling::NAMES, Resampling::from_name, None)?
                .unwrap_or(default.downsample_type),
            upsample_type: fields
                .nullable("upsample_type", Resampling::NAMES, Resampling::from_name, None)?
                .unwrap_or(default.upsample_type),
            dropout: fields.number("dropout", default.dropout)?,
            act_fn: fields
                .named("act_fn", &Activation::NAMES, Activation::from_name)?
                .unwrap_or(default.act_fn),
            attention_head_dim: fields.optional_whole("attention_head_dim", default.attention_head_dim)?,
            norm_num_groups: fields.whole("norm_num_groups", default.norm_num_groups)?,
            attn_norm_num_groups: fields.optional_whole("attn_norm_num_groups", None)?,
            norm_eps: fields.number("norm_eps", default.norm_eps)?,
            resnet_time_scale_shift: fields
                .named("resnet_time_scale_shift", &TimeAdd::NAMES, TimeAdd::from_name)?
                .unwrap_or(default.resnet_time_scale_shift),
            add_attention: fields.boolean("add_attention", default.add_attention)?,
            class_embed_type: fields.nullable(
                "class_embed_type",
                ClassEmbedType::NAMES,
                ClassEmbedType::from_name,
                None,
            )?,
            num_class_embeds: fields.optional_whole("num_class_embeds", None)?,
            num_train_timesteps: fields.optional_whole("num_train_timesteps", None)?,
            null_class: fields.optional_whole(NULL_CLASS, None)?,
        })
    }
}

/// Parses a JSON object.
pub(crate) fn object(text: &str, name: &str) -> Result<Map<String, Value>, ModelError> {
    let broken = |reason| ModelError::Json { name: name.to_owned(), reason };
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(broken(format!("it is {}", shown_value(&other)))),
        Err(error) => Err(broken(one_line(&error))),
    }
}

/// A value as a message shows it: scalars as they are, of anything else only the type.
fn shown_value(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        scalar => shown(&scalar.to_string()),
    }
}

/// The fields of a config that were not read yet.
struct Fields<'a> {
    map: Map<String, Value>,
    name: &'a str,
}

impl Fields<'_> {
    fn wrong(&self, field: &str, expected: &str, found: &Value) -> ModelError {
        ModelError::Field {
            name: self.name.to_owned(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: shown_value(found),
        }
    }

    /// Takes out a field and converts it; `convert` returns `None` for a value of the wrong type. `None` if the field
    /// is missing.
    fn take<T>(
        &mut self,
        field: &str,
        expected: &str,
        convert: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, ModelError> {
        let Some(value) = self.map.remove(field) else { return Ok(None) };
        convert(&value).map(Some).ok_or_else(|| self.wrong(field, expected, &value))
    }

    fn whole(&mut self, field: &str, default: usize) -> Result<usize, ModelError> {
        Ok(self.take(field, "a whole number", whole)?.unwrap_or(default))
    }

    fn optional_whole(&mut self, field: &str, default: Option<usize>) -> Result<Option<usize>, ModelError> {
        let convert = |value: &Value| if value.is_null() { Some(None) } else { whole(value).map(Some) };
        Ok(self.take(field, "a whole number or null", convert)?.unwrap_or(default))
    }

    fn number(&mut self, field: &str, default: f64) -> Result<f64, ModelError> {
        Ok(self.take(field, "a number", Value::as_f64)?.unwrap_or(default))
    }

    fn boolean(&mut self, field: &str, default: bool) -> Result<bool, ModelError> {
        Ok(self.take(field, "true or false", Value::as_bool)?.unwrap_or(default))
    }

    fn wholes(&mut self, field: &str, default: Vec<usize>) -> Result<Vec<usize>, ModelError> {
        let convert = |value: &Value| value.as_array()?.iter().map(whole).collect();
        Ok(self.take(field, "a list of whole numbers", convert)?.unwrap_or(default))
    }

    /// null, one number for both sides, or height and width.
    fn size(&mut self, field: &str) -> Result<Option<[usize; 2]>, ModelError> {
        let convert = |value: &Value| match value {
            Value::Null => Some(None),
            Value::Array(sides) => match sides.as_slice() {
                [height, width] => Some(Some([whole(height)?, whole(width)?])),
                _ => None,
            },
            side => Some(Some([whole(side)?; 2])),
        };
        Ok(self.take(field, "null, a whole number or a list of two", convert)?.flatten())
    }

    fn named<T>(
        &mut self,
        field: &str,
        known: &[&str],
        from_name: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ModelError> {
        let text = self.take(field, "a string", |value| value.as_str().map(str::to_owned))?;
        text.map(|text| self.lookup(field, &text, known, &from_name)).transpose()
    }

    /// Like [`named`](Self::named), except that null gives `None` and a missing field the default.
    fn nullable<T>(
        &mut self,
        field: &str,
        known: &[&str],
        from_name: impl Fn(&str) -> Option<T>,
        default: Option<T>,
    ) -> Result<Option<T>, ModelError> {
        if self.map.get(field).is_some_and(Value::is_null) {
            self.map.remove(field);
            return Ok(None);
        }
        Ok(self.named(field, known, from_name)?.or(default))
    }

    fn blocks<T>(
        &mut self,
        field: &str,
        known: &[&str],
        from_name: impl Fn(&str) -> Option<T>,
        default: Vec<T>,
    ) -> Result<Vec<T>, ModelError> {
        let convert = |value: &Value| {
            let names = value.as_array()?.iter().map(|name| Some(name.as_str()?.to_owned()));
            names.collect::<Option<Vec<_>>>()
        };
        let Some(names) = self.take(field, "a list of strings", convert)? else { return Ok(default) };
        let lookup = |(i, name): (usize, &String)| {
            let short = name.strip_prefix(OLD_PREFIX).unwrap_or(name);
            // A name that is not known is shown as it is written, with the old prefix.
            from_name(short)
                .map_or_else(|| self.lookup(&format!("{field}[{i}]"), name, known, &from_name), Ok)
        };
        names.iter().enumerate().map(lookup).collect()
    }

    fn lookup<T>(
        &self,
        field: &str,
        text: &str,
        known: &[&str],
        from_name: &dyn Fn(&str) -> Option<T>,
    ) -> Result<T, ModelError> {
        from_name(text).ok_or_else(|| ModelError::Unsupported {
            name: self.name.to_owned(),
            field: field.to_owned(),
            found: shown(text),
            known: known.join(", "),
        })
    }

    /// Fails if a field is left that nobody has read.
    fn finish(self) -> Result<(), ModelError> {
        let unknown = |key: &&String| !key.starts_with('_') && !AVERAGING.contains(&key.as_str());
        match self.map.keys().find(unknown) {
            None => Ok(()),
            Some(field) => Err(ModelError::UnknownField { name: self.name.to_owned(), field: shown(field) }),
        }
    }
}

fn whole(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}
