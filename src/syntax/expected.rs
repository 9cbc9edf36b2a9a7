//! What the grammar expects, as an author would call it. In: a rule of the grammar, or a line. Out: words for it, and an
//! example of the whole line. Nothing is decided here.

use super::grammar::Rule;
use super::words;

/// One line of each kind, by the words it starts with; a test reads every one.
pub(super) const EXAMPLES: &[(&str, &str)] = &[
    ("option", "option kept \"the plan is kept\""),
    ("answer", "answer ten-days \"ten working days\""),
    ("otherwise", "otherwise not stated"),
    ("must say", "must say \"why the plan ends\""),
    ("should say", "should say \"why the plan ends\""),
    ("may say", "may say \"why the plan ends\""),
    ("authority", "authority \"An example council\""),
    ("uses", "uses england"),
    ("implements", "implements care-planning-2010"),
    ("rank", "rank guidance"),
    ("file", "file \"guide.txt\""),
    ("edition", "edition 2026-05-19"),
    ("review due", "review due 2027-05-19"),
    ("in force from", "in force from 2026-05-19"),
    ("in force until", "in force until 2027-05-19"),
    ("replaced by", "replaced by new-guide"),
    ("also called", "also called \"CRM\""),
    ("same as", "same as manager"),
    ("kind of", "kind of manager"),
    ("counts as", "counts as manager"),
    ("outside", "outside"),
    ("many", "many"),
    ("repeats", "repeats"),
    ("always governed", "always governed"),
    ("one of", "one of north, south"),
    ("starts as", "starts as none"),
    ("is", "is 10 working days"),
    ("means", "means on-plan and in-care"),
    ("begins when", "begins when order happens"),
    ("ends when", "ends when order happens"),
    ("becomes", "becomes section-20 when order happens"),
    ("judged by", "judged by manager"),
    ("comes from", "comes from court"),
    ("chaired by", "chaired by manager"),
    ("attended by", "attended by parents"),
    ("quorum", "quorum \"three agencies\""),
    ("combines", "combines care-review, school-review"),
    ("for example", "for example \"a child in hospital\""),
    ("about", "about \"the plan\""),
    ("because", "because \"the team is small\""),
    ("refers to", "refers to new-guide"),
    ("when", "when in-care begins"),
    ("while", "while in-care"),
    ("if", "if on-plan"),
    ("unless", "unless exceptional"),
    ("decided by", "decided by manager"),
    ("agreed by", "agreed by parents"),
    ("advised by", "advised by parents"),
    ("consulting", "consulting parents"),
    ("deadlock", "deadlock manager"),
    ("then", "then nothing"),
    ("effect", "effect on-plan ends"),
    ("normally", "normally not on-plan"),
    ("within", "within 10 working days after in-care begins"),
    ("at least", "at least 10 working days before care-review is held"),
    ("until", "until 6 months after on-plan begins"),
    ("at", "at next care-review"),
    ("same day as", "same day as in-care begins"),
    ("straight after", "straight after in-care begins"),
    ("before", "before care-review is held"),
    ("after", "after care-review is held"),
    ("timing", "timing \"as soon as possible\""),
    ("exception to", "exception to first-review"),
    ("departs from", "departs from care-planning-2010.first-review"),
    ("replaces", "replaces care-planning-2010.first-review"),
    ("expires", "expires 2027-01-01"),
    ("cites", "cites guide 3.4 (STO-31)"),
    ("checked", "checked \"read on 19 May 2026\""),
    ("as quoted by", "as quoted by \"the handbook\""),
    ("unchecked", "unchecked \"not yet looked up\""),
    ("given", "given exceptional"),
    ("as of", "as of 2026-05-19"),
    ("on", "on 2026-05-19 in-care begins"),
    ("expect", "expect first-review is kept"),
    ("known from", "known from 2020-01-01"),
    ("known until", "known until 2040-12-31"),
    ("published until", "published until 2028-12-31"),
    ("weekend", "weekend saturday, sunday"),
    ("holiday", "holiday \"Christmas Day\" 25 december"),
    ("one-off", "one-off 2026-05-19 \"a day of mourning\""),
    ("the", "the manager must hold first care-review"),
    ("each", "each agency must attend next care-review"),
    ("any", "any agency may challenge discharge"),
    ("only the", "only the manager may end on-plan"),
    ("nobody", "nobody may end on-plan"),
    ("someone", "someone must hold first care-review"),
];

/// A sentence for each verb that says more than what is done.
pub(super) const VERBS: &[(&str, &str)] = &[
    ("send", "the manager must send outcome-letter to parents"),
    ("notify", "the manager must notify parents that \"the plan ends\""),
    ("ask", "the manager must ask agency for report"),
    ("consult", "the manager must consult parents on discharge"),
    ("record", "the manager must record \"the outcome\" in minutes"),
    ("consider", "the manager must consider ending on-plan"),
    ("carry", "the manager must carry out discharge"),
];

/// A line of the kind that `slice` starts like, as it can be written.
pub(super) fn example(slice: &str) -> Option<String> {
    let verb = |word: &str| slice.split_whitespace().any(|w| w == word);
    let start = example_start(slice)?;
    let by_verb = VERBS.iter().find(|(word, _)| verb(word)).map(|(_, line)| *line);
    let in_place_of_must = match start.0 {
        "the" | "each" | "any" | "someone" => Some("the manager must"),
        "nobody" => Some("nobody may"),
        "only the" => Some("only the manager may"),
        _ => None,
    };
    let by_verb = by_verb.zip(in_place_of_must);
    let by_verb = by_verb.map(|(line, said)| line.replace("the manager must", said));
    Some(by_verb.unwrap_or_else(|| start.1.to_owned()))
}

/// The longest start of a line that `slice` begins with.
pub(super) fn start_in(slice: &str) -> Option<&'static str> {
    example_start(slice).map(|(start, _)| *start)
}

fn example_start(slice: &str) -> Option<&'static (&'static str, &'static str)> {
    let fits = |start: &str| {
        let mut written = slice.split_whitespace();
        start
            .split(' ')
            .all(|word| written.next().map(words::first) == Some(word))
    };
    let fitting = EXAMPLES.iter().filter(|(start, _)| fits(start));
    fitting.max_by_key(|(start, _)| start.len())
}

/// Whether a name could stand where this rule was expected.
pub(super) fn takes_name(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        name | names | r#ref | who | party | occ | moment | moments | cond | atom | told | thing | length | lengths
    )
}

/// The keywords that could stand where this rule was expected.
pub(super) fn keywords_of(rule: Rule) -> Vec<String> {
    use Rule::*;
    let inside: &[Rule] = match rule {
        state => &[w_is, w_begins, w_ends, w_happens],
        modal => &[w_must, w_should, w_may, w_need_not],
        unit => &[
            w_working, w_calendar, w_hours, w_weeks, w_months, w_years, w_month, w_week, w_year, w_hour,
        ],
        act => &[
            w_hold,
            w_book,
            w_cancel,
            w_attend,
            w_chair,
            w_send,
            w_notify,
            w_ask,
            w_consult,
            w_record,
            w_consider,
            w_carry_out,
            w_decide,
            w_challenge,
            w_allocate,
            w_begin,
            w_end,
        ],
        ordinal => &[
            w_first, w_second, w_third, w_next, w_previous, w_last, w_each, w_any, w_that,
        ],
        since => &[w_since],
        weekday => {
            return [
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
            ]
            .map(str::to_owned)
            .into();
        }
        month => {
            return (1..=12)
                .filter_map(crate::time::month_name)
                .map(str::to_lowercase)
                .collect();
        }
        _ => return words::keyword(rule).map(str::to_owned).into_iter().collect(),
    };
    inside
        .iter()
        .filter_map(|r| words::keyword(*r))
        .map(str::to_owned)
        .collect()
}

/// A rule of the grammar as an author would call it.
pub(super) fn in_words(rule: Rule) -> String {
    use Rule::*;
    match rule {
        name => "a name",
        names => "names, separated by commas",
        text => "words in quotation marks",
        number => "a number",
        date => "a date such as `2026-05-19`",
        year => "a year such as `2026`",
        month => "a month such as `may`",
        weekday => "a day of the week such as `monday`",
        falls_on | nth | sign => "a day such as `25 december`, `easter - 2 days` or `first monday of may`",
        moment | moments => "a moment such as `care-review is held`",
        occ => "a name such as `conference` or `next care-review`",
        who | party => "a role",
        cond | atom | told => "a condition",
        state => "`is`, `begins`, `ends` or `happens`",
        modal => "`must`, `should`, `may` or `need not`",
        act => "a verb such as `hold`, `send` or `decide`, or words in quotation marks",
        length | lengths => "a duration such as `10 working days`",
        unit => "a unit such as `working days`, `weeks` or `months`",
        thing => "a name or words in quotation marks",
        changing => "`ending` or `beginning` a status",
        r#ref => "the name of a rule",
        place => "a place in the source such as `03.4`",
        ids | id => "statement numbers such as `(STO-31)`",
        ordinal => "a word such as `first` or `next`",
        since => "`since`",
        occurred => "what happened, such as `care-review is held`",
        value => "a value",
        clash | due_by | timed | occurred_as | standing | sentence => {
            "what is expected, such as `RULE is kept` or `the manager may end on-plan`"
        }
        item_word => "the kind of item",
        _ => {
            return words::keyword(rule).map_or_else(|| "something else".to_owned(), |k| format!("`{k}`"));
        }
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::grammar::Duly;
    use super::*;
    use pest::Parser;

    #[test]
    fn every_line_has_an_example_that_reads() {
        let known: Vec<&str> = EXAMPLES.iter().map(|(start, _)| *start).collect();
        for start in words::starts() {
            assert!(known.contains(start), "{start}");
        }
        for (start, line) in EXAMPLES.iter().chain(VERBS) {
            assert!(line.split(' ').any(|w| start.starts_with(w)), "{start}");
            assert!(Duly::parse(Rule::line, line).is_ok(), "{line}");
        }
    }
}
