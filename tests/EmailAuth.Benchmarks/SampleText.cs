using System.Text;

namespace EmailAuth.Benchmarks;

/// <summary>Messages of ordinary text: a header as mail has it, and lines of words.</summary>
internal static class SampleText
{
    private const string Header =
        "Received: from mail.example.com (mail.example.com [192.0.2.1])\r\n\tby mx.example.org with ESMTPS id 4TZ0Yv0b3Rz9sW8\r\n\tfor <bob@example.org>; Mon, 6 Jul 2026 10:00:00 +0000 (UTC)\r\n"
        + "Received: from app-7.internal.example.com (unknown [198.51.100.7])\r\n\tby mail.example.com with ESMTPSA id 77E5F20011;\r\n\tMon, 6 Jul 2026 09:59:58 +0000 (UTC)\r\n"
        + "From: Alice Example <alice@example.com>\r\nTo: Bob Example <bob@example.org>\r\nCc: Carol Example <carol@example.net>\r\n"
        + "Subject: The minutes of last week's meeting, and what is left to do\r\nDate: Mon, 6 Jul 2026 09:59:57 +0000\r\nMessage-ID: <20260706095957.1A2B3C@example.com>\r\n"
        + "In-Reply-To: <20260701120000.9Z8Y7X@example.org>\r\nReferences: <20260630080000.5K4J3H@example.org>\r\n <20260701120000.9Z8Y7X@example.org>\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nList-Unsubscribe: <https://example.com/u/1>\r\nX-Mailer: Example Mail 4.2\r\n\r\n";

    private static readonly string[] Words =
        ["the", "minutes", "of", "meeting", "and", "what", "is", "left", "to", "do", "before", "summer", "agreed", "that", "everyone", "reads", "them", "a"];

    /// <summary>A message whose body has about so many octets; another number gives another body.</summary>
    public static byte[] Make(int bodyBytes, int number = 0)
    {
        var text = new StringBuilder(Header, Header.Length + bodyBytes + 100);
        var random = new Random(6376 + number);
        var line = 0;
        for (var end = text.Length + bodyBytes; text.Length < end;)
        {
            var word = Words[random.Next(Words.Length)];
            line += word.Length + 1;
            text.Append(word).Append(line > 70 ? "\r\n" : " ");
            line = line > 70 ? 0 : line;
        }

        text.Append("end.\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
