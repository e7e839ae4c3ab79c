//! What stands around a Japanese name: who speaks, who is asked, where a row goes on and a name may end.

use super::{CALLED, Parsed, Reader, Script, is_single, script};

/// The small words behind whoever does something.
pub(super) const PARTICLES: [char; 14] =
    ['が', 'は', 'に', 'を', 'へ', 'と', 'よ', 'の', 'も', 'か', 'で', 'ま', 'や', 'だ'];
/// Labels and small words before a colon, behind which people are named.
const LEADS: &[&str] = &[
    "出席者",
    "出席",
    "参加者",
    "参加",
    "欠席者",
    "欠席",
    "同席者",
    "同席",
    "担当者",
    "担当",
    "氏名",
    "名前",
    "お名前",
    "お客様名",
    "顧客名",
    "契約者",
    "契約者名",
    "代表者",
    "代表",
    "申込者",
    "申請者",
    "依頼者",
    "報告者",
    "作成者",
    "作成",
    "司会",
    "議長",
    "書記",
    "記録",
    "社員",
    "上司",
    "部下",
    "連絡先",
    "窓口",
    "宛先",
    "差出人",
    "送信者",
    "受信者",
    "記入者",
    "承認者",
    "承認",
    "甲",
    "乙",
    "丙",
    "講師",
    "幹事",
    "本人",
    "保険者",
    "受取人",
    "名義",
    "名義人",
    "ご芳名",
    "訪問者",
    "対応者",
    "受付者",
    "発信者",
];
/// How people say who they are.
const INTRODUCED: [&str; 4] = ["と申し", "ともうし", "と名乗", "でございま"];

impl Reader<'_, '_> {
    /// `八木と申します`, `八木です`, `お名前は? 八木`: whoever speaks says who it is.
    pub(super) fn introduced(
        &self,
        start: usize,
        end: usize,
        rest: &str,
        parsed: Option<Parsed>,
        place: bool,
        word: bool,
    ) -> bool {
        let after = self.after(end);
        let sure = parsed.is_some() && !place;
        let opens = self.heads(start)
            || self.before(start).ends_with(['は', 'の', '、', ':', '：', ' ', '。']);
        if word || rest.chars().count() > 5 {
            return false;
        }
        let tells = INTRODUCED.iter().take(3).any(|it| after.starts_with(it));
        let says = ["と言います", "といいます", "と言う者", "という者"]
            .iter()
            .any(|it| after.starts_with(it));
        if tells || says && opens && !matches!(rest, "何" | "正直" | "率直" | "簡単" | "一言")
        {
            return true;
        }
        let is = ["です", "でございま", "だけど", "だが"].iter().any(|it| after.starts_with(it));
        is && (sure || is_single(rest) && self.asked(start)) && opens
            || self.asked(start) && opens && (is || self.row_ends(end))
    }

    /// Whether a line, a turn or a row begins at byte `at`.
    pub(super) fn heads(&self, at: usize) -> bool {
        let before = self.before(at).trim_end_matches([' ', '\u{3000}', '・', '-', '>', '「', '*']);
        before.is_empty() || before.ends_with(['\n', '\r']) || before.ends_with("\\n")
    }

    /// Whether a name may end at byte `at`: nothing, a sign or a small word follows.
    pub(super) fn ends(&self, at: usize) -> bool {
        let after = self.after(at);
        after.chars().next().is_none_or(|c| !c.is_alphanumeric() || PARTICLES.contains(&c))
            || CALLED.iter().any(|it| after.starts_with(it))
            || after.starts_with("です")
    }

    /// Whether the line before the one with byte `at` asks for a name.
    pub(super) fn asked(&self, at: usize) -> bool {
        // A line of chat is short, and not the whole text is looked back through at each word.
        let before = self.before(at);
        let near = before.get(before.ceil_char_boundary(at.saturating_sub(400))..);
        let mut lines = near.unwrap_or_default().rsplit('\n');
        lines.next();
        let asked = lines.next().unwrap_or_default();
        asked.len() < 300
            && ["名前", "氏名", "芳名", "どちら様", "どなた様"].iter().any(|it| asked.contains(it))
    }

    /// Whether a line or a turn of a talk is the words between two bytes and nothing else.
    pub(super) fn whole_turn(&self, start: usize, end: usize) -> bool {
        let before = self.before(start);
        let turn = self.heads(start) || before.trim_end().ends_with([':', '：']);
        turn && self.after(end).chars().next().is_none_or(|c| c == '\n')
    }

    /// Whether no ideograph, and nothing that makes one thing of it, stands right before byte `at`.
    pub(super) fn bounded(&self, at: usize) -> bool {
        let Some(c) = self.before(at).chars().next_back() else { return true };
        !c.is_alphanumeric() || script(c) == Script::Hiragana && !matches!(c, 'お' | 'ご')
    }

    /// Whether a comma, a line's or the text's end, or another sign of a row stands at byte `at`.
    pub(super) fn row_ends(&self, at: usize) -> bool {
        let c = self.after(at).chars().next();
        c.is_none_or(|c| {
            matches!(c, '、' | '，' | ',' | '\n' | '\r' | '。' | ';' | '；' | ')' | '）' | '/')
        })
    }

    /// Whether somebody is named behind a label's colon, or in a row that such a one opened.
    pub(super) fn leads(&self, at: usize) -> bool {
        let before = self.before(at).trim_end_matches([' ', '\u{3000}']);
        if self.listing && before.ends_with(['、', '，', ',', '・', '/', '／', ')', '）']) {
            return true;
        }
        let Some(label) = before.strip_suffix([':', '：']) else { return false };
        LEADS.iter().any(|lead| label.ends_with(lead))
    }

    /// Whether who speaks here does so in another line, too: labels are not said again.
    pub(super) fn speaks_again(&self, name: &str) -> bool {
        let near = self.doc.text.floor_char_boundary(4_000);
        let lines = self.doc.span(0, near).lines();
        let heads =
            |line: &&str| line.strip_prefix(name).is_some_and(|it| it.starts_with([':', '：']));
        lines.filter(heads).count() > 1
    }
}

/// Whether a name ends here and whoever has it acts.
pub(super) fn says_name(after: &str) -> bool {
    ["が", "より", "から", "です", "まで", "に連絡", "と申し", "、", "。", "\n"]
        .iter()
        .any(|it| after.starts_with(it))
        || after.is_empty()
}
