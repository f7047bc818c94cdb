using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Protocol.Tests;

/// <summary>The sample as a user runs it, told by another's client of the protocol (OpenDKIM's miltertest).</summary>
public sealed class SubjectTagMilterTests
{
    [Fact]
    public async Task The_sample_tags_the_subjects_of_the_messages_of_a_connection()
    {
        var miltertest = Programs.Find("miltertest");
        Assert.SkipWhen(miltertest is null, "Not installed: miltertest.");
        var port = LoopbackPort.Take();
        await using var milter = await Daemon.StartAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "SubjectTagMilter.dll"), $"{port}"], () => Daemon.ListensAsync(port));

        var (exit, output) = await Daemon.RunAsync(
            miltertest, "-D", $"port={port}", "-s", Repository.PathOf("tests", "EmailAuth.Milter.Protocol.Tests", "subject-tag.lua"));

        Assert.True(exit == 0, output + milter.Output);
        await Eventually.True(() => milter.Output.Contains("Quit: ", StringComparison.Ordinal), () => milter.Output);
    }
}
