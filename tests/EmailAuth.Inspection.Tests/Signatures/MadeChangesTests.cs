using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>Changes that are made one at a time and in pairs are named.</summary>
public class MadeChangesTests
{
    public static TheoryData<string> Names => [.. MadeChange.All.Select(static change => change.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_change_is_named(string name)
    {
        var change = Of(name);
        var signed = await SignedMail.SignAsync(MadeChange.Message, isSimple: change.IsSimple);
        var diagnosis = await SignedMail.DiagnoseAsync(Made(change, signed));
        Assert.Contains(change.Code, diagnosis.Changes.Select(static found => found.Code));
        Assert.All(diagnosis.Changes, static found => Assert.True(found.IsProven));
        Assert.Contains(diagnosis.Changes, static found => !found.Diff.IsEmpty);
        Assert.DoesNotContain("not found", diagnosis.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_at_least_40_changes() => Assert.True(MadeChange.All.Select(static change => change.Name).Distinct().Count() >= 40);

    // A change of the body and one of the header are two searches.
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Two_changes_of_different_halves_are_named(string name)
    {
        var change = Of(name);
        foreach (var other in MadeChange.All.Where(other => other.IsOfBody != change.IsOfBody))
        {
            // A list that makes a new multipart also replaces the Content-Type, which hides what was changed of that.
            if (change.Code == ChangeCode.BodyWrapped || other.Code == ChangeCode.BodyWrapped)
            {
                continue;
            }

            var signed = await SignedMail.SignAsync(MadeChange.Message, isSimple: change.IsSimple || other.IsSimple);
            var codes = (await SignedMail.DiagnoseAsync(Made(other, Made(change, signed)))).Changes.Select(static found => found.Code).ToList();
            Assert.True(codes.Contains(change.Code) && codes.Contains(other.Code), $"{change.Name} and {other.Name}: {string.Join(", ", codes)}");
        }
    }

    [Fact]
    public async Task Two_changes_of_the_header_are_named()
    {
        var headers = MadeChange.All.Where(static change => !change.IsOfBody && !change.IsSimple).ToList();
        foreach (var (index, first) in headers.Index())
        {
            foreach (var second in headers.Skip(index + 1))
            {
                var signed = await SignedMail.SignAsync(MadeChange.Message);
                if (Combine(first, second, signed) is not { } both)
                {
                    continue;
                }

                var diagnosis = await SignedMail.DiagnoseAsync(both);
                var codes = diagnosis.Changes.Select(static found => found.Code).ToList();
                Assert.True(
                    codes.Contains(first.Code) && codes.Contains(second.Code), $"{first.Name} and {second.Name}: {diagnosis.Summary}");
            }
        }
    }

    [Fact]
    public async Task Two_changes_of_the_body_are_named()
    {
        // A footer comes last, a banner or a footer hides nothing of a change of all lines.
        foreach (var first in MadeChange.All.Where(static change => change.IsOfBody && change.Code is not (ChangeCode.BodyWrapped or ChangeCode.BodyInserted or ChangeCode.BodyAppended or ChangeCode.BodyPrepended)))
        {
            foreach (var second in MadeChange.All.Where(static change => change.Code is ChangeCode.BodyAppended or ChangeCode.BodyPrepended))
            {
                // Text behind base64 is not base64, so such a body is not one that a program makes.
                if (first.Name.StartsWith("base64", StringComparison.Ordinal))
                {
                    continue;
                }

                var signed = await SignedMail.SignAsync(MadeChange.Message, isSimple: first.IsSimple);
                var diagnosis = await SignedMail.DiagnoseAsync(second.Make(first.Make(signed)));
                var codes = diagnosis.Changes.Select(static found => found.Code).ToList();
                Assert.True(codes.Contains(first.Code) && codes.Contains(second.Code), $"{first.Name} and {second.Name}: {diagnosis.Summary}");
            }
        }
    }

    [Fact]
    public async Task A_signature_that_only_verifies_has_its_change_named_too()
    {
        var zone = SignedMail.ZoneOf(SignedMail.Ed25519);
        foreach (var name in new[] { "[list]", "unquoted charset", "Reply-To added", "a footer" })
        {
            var signed = await SignedMail.SignAsync(MadeChange.Message, key: SignedMail.Ed25519);
            var diagnosis = await SignedMail.DiagnoseAsync(Of(name).Make(signed), zone);
            Assert.Contains(Of(name).Code, diagnosis.Changes.Select(static found => found.Code));
        }
    }

    [Fact]
    public async Task What_is_found_says_what_was_added_and_what_to_do()
    {
        var signed = await SignedMail.SignAsync(MadeChange.Message);
        var found = Assert.Single((await SignedMail.DiagnoseAsync(Of("[list]").Make(signed))).Changes);
        Assert.Equal(("\"[list]\" was added to the Subject after signing", "RFC 6376 section 5.4"), (found.Text, found.Section));
        Assert.Equal(["- Subject: Gr\u00FC\u00DFe aus K\u00F6ln", "+ Subject: [list] Gr\u00FC\u00DFe aus K\u00F6ln"], found.Diff.Select(static line => line.ToString()));
        Assert.NotEmpty(found.Advice);
        found = Assert.Single((await SignedMail.DiagnoseAsync(Of("a footer of one line").Make(signed))).Changes);
        Assert.Equal("1 line at the end of the body were added after signing", found.Text);
        Assert.Equal(["+ Scanned by nobody."], found.Diff.Select(static line => line.ToString()));
    }

    private static MadeChange Of(string name) => Array.Find(MadeChange.All, change => change.Name == name)!;

    private static string Made(MadeChange change, string text)
    {
        var made = change.Make(text);
        Assert.NotEqual(text, made);
        return made;
    }

    // Null when the two are of one field, so that the second would hide the first.
    private static string? Combine(MadeChange first, MadeChange second, string signed)
    {
        var (one, other) = (ChangedFields(first, signed), ChangedFields(second, signed));
        return one.Overlaps(other) ? null : second.Make(first.Make(signed));
    }

    private static HashSet<string> ChangedFields(MadeChange change, string signed)
    {
        static string[] Lines(string text) => text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n\t", " ", StringComparison.Ordinal).Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n");
        return [.. Lines(change.Make(signed)).Except(Lines(signed)).Concat(Lines(signed).Except(Lines(change.Make(signed)))).Select(static line => line[..line.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant())];
    }
}
