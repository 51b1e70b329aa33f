//! What the user chose, as plain data.
