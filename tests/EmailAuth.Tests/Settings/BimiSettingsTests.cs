using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The settings of BIMI.</summary>
public class BimiSettingsTests
{
    [Fact]
    public void Each_row_is_as_it_was_approved() => ApprovedPage.Verify("settings", "bimi.txt", SettingsTableTests.Lines(BimiSettings.Rows));
}
