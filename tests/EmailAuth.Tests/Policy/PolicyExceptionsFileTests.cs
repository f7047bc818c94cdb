using EmailAuth.Policy;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>When a file of exceptions is looked at again, and what is said where it cannot be used.</summary>
public class PolicyExceptionsFileTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1000)]
    [InlineData(1_000_000)]
    public void A_file_is_looked_at_when_it_is_first_used_and_then_every_five_seconds(long start) => InFolder(path =>
    {
        var clock = new Clock { Now = start };
        Write("a accept # 0");
        var file = PolicyExceptionsFile.Load(path);
        Write("a accept # 1");
        Assert.Equal("1", Why());

        var last = Math.Max(start, 1);
        Write("a accept # 2");
        Assert.Equal("1", Why());
        clock.Now = last + 4999;
        Assert.Equal("1", Why());
        clock.Now = last + 5000;
        Assert.Equal("2", Why());
        Write("a accept # 3");
        clock.Now = last + 9999;
        Assert.Equal("2", Why());
        clock.Now = last + 10_000;
        Assert.Equal("3", Why());

        void Write(string text) => File.WriteAllText(path, text);

        string Why() => file.Current(clock).All[0].Why;
    });

    [Fact]
    public void A_file_that_cannot_be_used_is_named_and_the_exceptions_stay() => InFolder(path =>
    {
        var clock = new Clock { Now = 1 };
        File.WriteAllText(path, "a accept # 1");
        var file = PolicyExceptionsFile.Load(path);
        Assert.Equal((path, null), (file.Path, file.Problem));
        foreach (var (change, problem, expected) in ((Action, string?, string)[])
            [
                (() => File.WriteAllText(path, "a allow # 2"), "line 1: 'allow' is not accept, at-most-quarantine, reject or skip", "1"),
                (() => File.Delete(path), $"there is no file {path}", "1"),
                (() => File.WriteAllText(path, "a allow # 2"), "line 1: 'allow' is not accept, at-most-quarantine, reject or skip", "1"),
                (() => File.Delete(path), $"there is no file {path}", "1"),
                (() => File.WriteAllText(path, "a accept # 1"), null, "1"),
                (() => File.Delete(path), $"there is no file {path}", "1"),
                (() => Directory.CreateDirectory(path), $"there is no file {path}", "1"),
                (() => Directory.Delete(path), $"there is no file {path}", "1"),
                (() => File.WriteAllText(path, "b reject # 3"), null, "3"),
                (() => File.WriteAllText(path, ""), null, "3"), // perhaps it is being written
                (() => { }, null, ""),
                (() => { }, null, ""),
                (() => File.WriteAllText(path, "b reject # 4"), null, "4"),
                (() => File.WriteAllText(path, ""), null, "4"),
                (() => File.WriteAllText(path, "b reject # 4"), null, "4"),
                (() => File.WriteAllText(path, ""), null, "4"),
            ])
        {
            change();
            clock.Now += 5000;
            Assert.Equal(expected, string.Join(' ', file.Current(clock).All.Select(line => line.Why)));
            Assert.Equal(problem, file.Problem);
        }
    });

    // Not even the user who may do all else reads this one.
    [Fact]
    public void A_file_that_may_not_be_read_is_named_and_the_exceptions_stay() => InFolder(path =>
    {
        const string Unreadable = "/proc/sys/vm/compact_memory";
        Assert.SkipUnless(File.Exists(Unreadable), $"there is no {Unreadable}");
        var clock = new Clock { Now = 1 };
        File.WriteAllText(path, "a accept # 1");
        var file = PolicyExceptionsFile.Load(path);
        File.Delete(path);
        File.CreateSymbolicLink(path, Unreadable);
        Assert.Equal("line 1: accept # 1", file.Current(clock).ToString());
        Assert.Contains(path, file.Problem, StringComparison.Ordinal);
        File.Delete(path);
        File.WriteAllText(path, "a accept # 1");
        clock.Now += 5000;
        Assert.Equal(("line 1: accept # 1", null), (file.Current(clock).ToString(), file.Problem));
        File.Delete(path);
        File.CreateSymbolicLink(path, Unreadable);
        Assert.Throws<UnauthorizedAccessException>(() => PolicyExceptionsFile.Load(path));
    });

    [Fact]
    public void An_unchanged_file_gives_the_same_exceptions() => InFolder(path =>
    {
        var clock = new Clock { Now = 1 };
        File.WriteAllText(path, "a accept # 1");
        var file = PolicyExceptionsFile.Load(path);
        var first = file.Current(clock);
        clock.Now += 5000;
        Assert.Same(first, file.Current(clock));
        File.WriteAllText(path, "a accept # 2");
        clock.Now += 5000;
        Assert.NotSame(first, file.Current(clock));
    });

    // What counts is the text that was read last, not the first one.
    [Fact]
    public void A_file_that_is_changed_back_is_used_again_and_then_stays_the_same() => InFolder(path =>
    {
        var clock = new Clock { Now = 1 };
        File.WriteAllText(path, "a accept # 1");
        var file = PolicyExceptionsFile.Load(path);
        foreach (var text in (string[])["a accept # 2", "a accept # 1", "a accept # 2"])
        {
            File.WriteAllText(path, text);
            clock.Now += 5000;
            var found = file.Current(clock);
            Assert.Equal($"line 1: {text[2..]}", found.ToString());
            clock.Now += 5000;
            Assert.Same(found, file.Current(clock));
        }
    });

    [Fact]
    public void A_file_is_read_by_whichever_thread_comes_first() => InFolder(path =>
    {
        var clock = new Clock { Now = 1 };
        File.WriteAllText(path, "a accept # 0");
        var file = PolicyExceptionsFile.Load(path);
        for (var count = 1; count < 4; count++)
        {
            File.WriteAllText(path, $"a accept # {count}");
            clock.Now += 5000;
            var found = string.Empty;
            var thread = new Thread(() => found = file.Current(clock).ToString());
            thread.Start();
            thread.Join();
            Assert.Equal($"line 1: accept # {count}", found);
        }
    });

    // Another program may have the file open, to write it or to take it away.
    [Fact]
    public void A_file_that_another_program_has_open_is_read() => InFolder(path =>
    {
        File.WriteAllText(path, "a accept # 1");
        using var other = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Assert.Equal("line 1: accept # 1", PolicyExceptionsFile.Load(path).Current(new Clock()).ToString());
    });

    [Fact]
    public void A_file_is_found_from_where_the_program_is() => InFolder(path =>
    {
        File.WriteAllText(path, "a accept # 1");
        Assert.Equal(path, PolicyExceptionsFile.Load(Path.GetRelativePath(Environment.CurrentDirectory, path)).Path);
    });

    [Fact]
    public void What_cannot_be_read_at_first_is_the_callers_to_know() => InFolder(path =>
    {
        Assert.Throws<ArgumentException>(() => PolicyExceptionsFile.Load(""));
        Assert.Throws<ArgumentNullException>(() => PolicyExceptionsFile.Load(null!));
        var missing = Assert.Throws<FileNotFoundException>(() => PolicyExceptionsFile.Load(path));
        Assert.Equal(($"there is no file {path}", path), (missing.Message, missing.FileName));
        File.WriteAllText(path, "# c\na allow # w");
        Assert.Equal("line 2: 'allow' is not accept, at-most-quarantine, reject or skip", Assert.Throws<InvalidDataException>(() => PolicyExceptionsFile.Load(path)).Message);
        File.WriteAllText(path, new string(' ', PolicyExceptions.MaxLength + 1));
        Assert.Equal("more than 262144 characters", Assert.Throws<InvalidDataException>(() => PolicyExceptionsFile.Load(path)).Message);
    });

    // The longest text, in the encodings that have the most octets for a character.
    [Fact]
    public void The_longest_text_is_read_to_its_end_and_a_longer_one_is_not_used() => InFolder(path =>
    {
        const string Last = "\na accept # last";
        foreach (var encoding in new System.Text.Encoding[] { new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true), System.Text.Encoding.UTF32 })
        {
            var text = "#" + new string('\u20ac', PolicyExceptions.MaxLength - 1 - Last.Length) + Last;
            File.WriteAllText(path, text, encoding);
            Assert.Equal("line 2: accept # last", PolicyExceptionsFile.Load(path).Current(new Clock()).ToString());
            File.WriteAllText(path, "#" + text, encoding);
            Assert.Equal("more than 262144 characters", Assert.Throws<InvalidDataException>(() => PolicyExceptionsFile.Load(path)).Message);
        }
    });

    private static void InFolder(Action<string> test)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            test(Path.Combine(folder.FullName, "exceptions"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A clock of milliseconds that stands still.</summary>
    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
