//! Tests of the whole language: a table of inputs, and properties of any text.

mod properties;
mod show;
mod table;
