//! The kinds of schedules in continuous time: a file for each, and a line in the list below.

use super::{Ends, VdmError};

/// What every kind has to implement: log-SNR that falls over a variable u. A schedule runs from the u of one end to the
/// u of the other.
pub trait Formula {
    /// Log-SNR at u.
    fn log_snr(&self, u: f64) -> f64;

    /// The derivative of log-SNR by u, which is not positive.
    fn slope(&self, u: f64) -> f64;

    /// A u of this log-SNR; where log-SNR stands still there are many.
    fn place(&self, log_snr: f64) -> f64;

    /// The u of both ends, between which a schedule runs.
    fn range(&self, ends: Ends) -> [f64; 2] {
        [self.place(ends.max()), self.place(ends.min())]
    }

    /// Makes sure that there are a u for both ends, finite numbers everywhere between, and a fall.
    ///
    /// # Errors
    /// Names what is wrong with the parameters.
    fn fit(&mut self, _ends: Ends) -> Result<(), VdmError> {
        Ok(())
    }

    /// Where derivatives jump, rising, in u.
    fn breaks(&self) -> Vec<f64> {
        Vec::new()
    }
}

/// Makes the enumeration of all kinds, and the functions that have to know each of them, from one list.
macro_rules! kinds {
    ($($(#[$doc:meta])* $module:ident::$kind:ident = $name:literal, $customary:expr;)*) => {
        $(mod $module;)*
        $(pub use $module::$kind;)*

        /// A kind of schedule with its parameters.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Kind {
            $($(#[$doc])* $kind($kind),)*
        }

        impl Kind {
            /// The names of all kinds, in the order of this list.
            pub const NAMES: &[&str] = &[$($name),*];

            /// Identifier for the command line and files.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)*
                }
            }

            /// The kinds that are formulas, with their customary parameters.
            pub fn all() -> impl Iterator<Item = Self> {
                let customary: [Option<Self>; Self::NAMES.len()] = [$($customary.map(Self::$kind)),*];
                customary.into_iter().flatten()
            }

            /// The kind as a [`Formula`].
            pub fn formula(&self) -> &dyn Formula {
                match self {
                    $(Self::$kind(kind) => kind,)*
                }
            }

            /// The kind as a [`Formula`], to be fitted to ends.
            pub(super) fn formula_mut(&mut self) -> &mut dyn Formula {
                match self {
                    $(Self::$kind(kind) => kind,)*
                }
            }
        }

        $(impl From<$kind> for Kind {
            fn from(kind: $kind) -> Self {
                Self::$kind(kind)
            }
        })*
    };
}

kinds! {
    /// Log-SNR falls evenly.
    linear_log_snr::LinearLogSnr = "linear-log-snr", Some(LinearLogSnr);
    /// The signal's share is a squared cosine.
    cosine::Cosine = "cosine", Some(Cosine);
    /// β rises evenly.
    linear_beta::LinearBeta = "linear-beta", Some(LinearBeta::default());
    /// A curve through given points.
    curve::Curve = "curve", None::<Curve>;
}

impl Kind {
    /// The formula of this name with its customary parameters.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.name() == name)
    }
}
