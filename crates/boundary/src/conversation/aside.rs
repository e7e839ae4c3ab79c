//! What a program asks for itself: treated in the conversation's tokens, and not kept as a turn.

use std::collections::BTreeSet;

use super::Conversation;
use crate::detector::Detector;
use crate::foreign::Answered;
use crate::mask::{MaskError, Masked};
use crate::matrix::Matrix;
use crate::records::Records;
use crate::treat::{Columns, Form, Means, Treated, Withheld, treat};

impl Conversation {
    /// Treats records by the matrix for a client outside the gate. No turn is kept, for no prompt
    /// is made of it; what was left in the clear stays in the label of the conversation, so that
    /// a later write knows whose text was read before it.
    pub fn treat_records(
        &mut self,
        records: &Records,
        columns: &Columns,
        dropped: BTreeSet<Withheld>,
        matrix: &Matrix,
        detector: &dyn Detector,
        form: Form,
    ) -> Result<Treated, MaskError> {
        let org = self.owner.org().to_owned();
        let means = Means { table: &mut self.table, matrix, columns, detector, form };
        let treated = treat(records, means, &org, dropped)?;
        self.carried.absorb(treated.masked.label());
        Ok(treated)
    }

    /// Masks the answer of another server's tool for such a client: every text in it, names of members
    /// too. Its label stays as that of records does.
    pub fn treat_answer(
        &mut self,
        answered: &Answered,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        let masked = self.mask_json(&answered.text(), answered.label(), detector)?;
        self.carried.absorb(masked.label());
        Ok(masked)
    }
}
