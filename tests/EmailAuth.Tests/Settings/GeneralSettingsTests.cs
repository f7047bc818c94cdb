using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The settings in no section, and those of Limits.</summary>
public class GeneralSettingsTests
{
    [Fact]
    public void Each_row_is_as_it_was_approved() => ApprovedPage.Verify("settings", "general.txt", SettingsTableTests.Lines(GeneralSettings.Rows));
}
