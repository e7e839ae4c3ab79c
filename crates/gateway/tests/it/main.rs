//! The gate with the practice org behind it, as its doors use it.

#[cfg(test)]
mod carried;
#[cfg(test)]
mod direct;
#[cfg(test)]
mod overtaken;
#[cfg(test)]
mod setting;
