//! The look of the e-mails: one column, one button, and the same as plain text.

use super::EmailContent;

/// Makes an [`EmailContent`] of paragraphs, a button or a code, and notes. All text is escaped for HTML; the subject is
/// one line whatever the application is called.
///
/// The HTML is one column of tables with inline styles, which old mail programs need; it follows the width of the
/// screen and dark mode, and loads nothing from anywhere.
#[derive(Clone)]
#[must_use]
pub struct EmailTemplate {
    app_name: String,
    subject: String,
    blocks: Vec<Block>,
    notes: Vec<String>,
}

#[derive(Clone)]
enum Block {
    Paragraph(String),
    Button { label: String, link: String },
    Code(String),
}

impl EmailTemplate {
    /// An e-mail of the application `app_name` with this subject, which is also its heading.
    pub fn new(app_name: &str, subject: impl AsRef<str>) -> Self {
        let subject = one_line(subject.as_ref());
        Self { app_name: one_line(app_name), subject, blocks: Vec::new(), notes: Vec::new() }
    }

    /// Adds a paragraph.
    pub fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Paragraph(text.into()));
        self
    }

    /// Adds a button that opens `link`; below it the link is written out, for those whose mail program shows no buttons.
    pub fn button(mut self, label: impl Into<String>, link: impl Into<String>) -> Self {
        self.blocks.push(Block::Button { label: label.into(), link: link.into() });
        self
    }

    /// Adds a code to be typed in.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.blocks.push(Block::Code(code.into()));
        self
    }

    /// Adds a paragraph in small print at the end.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// The e-mail, addressed.
    pub fn to(&self, address: &str) -> EmailContent {
        EmailContent::new(address, &self.subject, self.text()).html(self.html())
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            match block {
                Block::Paragraph(paragraph) => text.push_str(paragraph),
                Block::Button { label, link } => text.push_str(&format!("{label}:\n{link}")),
                Block::Code(code) => text.push_str(&format!("    {code}")),
            }
            text.push_str("\n\n");
        }
        // What mail programs know as the beginning of a signature.
        text.push_str(&format!("-- \n{}\n", self.app_name));
        for note in &self.notes {
            text.push_str(&format!("{note}\n"));
        }
        text
    }

    fn html(&self) -> String {
        let (app_name, subject) = (escaped(&self.app_name), escaped(&self.subject));
        let blocks: String = self.blocks.iter().map(Block::html).collect();
        let notes: String = self.notes.iter().map(|note| format!("<p {NOTE}>{}</p>\n", escaped(note))).collect();
        format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
@media (prefers-color-scheme: dark) {{
.page {{ background: #16181d !important; }}
.card {{ background: #22252c !important; border-color: #373b45 !important; }}
.card h1, .card p, .card .code {{ color: #eceef2 !important; }}
.small, .small a {{ color: #a3a9b6 !important; }}
}}
@media (max-width: 480px) {{ .card {{ padding: 24px 20px !important; }} }}
</style>
</head>
<body style="margin:0;padding:0;">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f4f7;">
<tr><td align="center" style="padding:32px 12px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px;">
<tr><td class="small" style="padding:0 4px 14px;font:600 15px/20px {FONT};color:#5a6070;">{app_name}</td></tr>
<tr><td class="card" style="padding:32px;background:#ffffff;border:1px solid #dfe2e8;border-radius:10px;">
<h1 style="margin:0 0 16px;font:600 22px/29px {FONT};color:#1d2129;">{subject}</h1>
{blocks}</td></tr>
<tr><td class="small" style="padding:16px 4px 0;">
{notes}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"#
        )
    }
}

const FONT: &str = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const PARAGRAPH: &str = r#"style="margin:0 0 16px;font:400 16px/25px Arial,Helvetica,sans-serif;color:#1d2129;""#;
const NOTE: &str =
    r#"class="small" style="margin:0 0 8px;font:400 13px/19px Arial,Helvetica,sans-serif;color:#5a6070;""#;
const BUTTON: &str = "display:inline-block;padding:12px 22px;border-radius:7px;background:#2350c7;color:#ffffff;\
                      font:600 16px/22px Arial,Helvetica,sans-serif;text-decoration:none;";
const CODE: &str = "margin:0 0 18px;font:700 30px/38px 'SF Mono',Consolas,Menlo,monospace;letter-spacing:5px;\
                    color:#1d2129;";

impl Block {
    fn html(&self) -> String {
        match self {
            Self::Paragraph(text) => format!("<p {PARAGRAPH}>{}</p>\n", escaped(text)),
            Self::Button { label, link } => {
                let (label, link) = (escaped(label), escaped(link));
                format!(
                    "<p style=\"margin:8px 0 20px;\"><a href=\"{link}\" style=\"{BUTTON}\">{label}</a></p>\n\
                     <p {NOTE}>If the button does nothing, copy this address into your browser:<br>\
                     <a href=\"{link}\" style=\"color:#2350c7;word-break:break-all;\">{link}</a></p>\n"
                )
            }
            Self::Code(code) => format!("<p class=\"code\" style=\"{CODE}\">{}</p>\n", escaped(code)),
        }
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Without line breaks and other control characters, which would begin another header.
fn one_line(text: &str) -> String {
    let spaced = text.replace(|character: char| character.is_control(), " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(app_name: &str) -> EmailContent {
        EmailTemplate::new(app_name, format!("Welcome to {app_name}"))
            .paragraph("Hello a<b>@example.com & all")
            .button("Go on", "https://acme.com/a?x=1&y=\"2\"")
            .code("123456")
            .note("Sent to you.")
            .to("a@example.com")
    }

    #[test]
    fn the_text_has_what_the_html_has() {
        let content = email("Acme");
        let expected = "Hello a<b>@example.com & all\n\nGo on:\nhttps://acme.com/a?x=1&y=\"2\"\n\n    123456\n\n-- \nAcme\nSent to you.\n";
        assert_eq!(content.text, expected);
        let html = content.html.unwrap();
        for part in ["Hello a&lt;b&gt;@example.com &amp; all", ">Go on</a>", ">123456</p>", "Sent to you."] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(html.contains(r#"href="https://acme.com/a?x=1&amp;y=&quot;2&quot;""#), "{html}");
    }

    #[test]
    fn a_hostile_name_is_one_line_of_text() {
        let content = email("Ac\r\nBcc: x@evil.com\r\n\r\n<script>alert(1)</script>");
        assert_eq!(content.subject, "Welcome to Ac Bcc: x@evil.com <script>alert(1)</script>");
        let html = content.html.unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn nothing_is_loaded_from_anywhere_and_a_line_fits_into_a_mail() {
        let html = email("Acme").html.unwrap();
        assert!(!html.contains("<img") && !html.contains("url(") && !html.contains("<link"), "{html}");
        assert!(html.lines().all(|line| line.len() < 900), "a line of a mail has at most 998 bytes");
    }

    #[test]
    fn what_is_logged_of_an_email_is_not_its_text() {
        let shown = format!("{:?}", email("Acme"));
        assert!(shown.contains("a@example.com") && !shown.contains("123456"), "{shown}");
    }
}
