# Reads Authentication-Results fields with SpamAssassin's plugin AuthRes (Debian's spamassassin): a JSON array of the values of a message's
# fields a line in, top first; what the plugin takes for results a line out, by the order in which it read them.
use strict;
use warnings;
use JSON;
use Mail::SpamAssassin;
use Mail::SpamAssassin::Plugin::AuthRes;

my $json = JSON->new->allow_nonref->canonical->utf8;
my $spamassassin = Mail::SpamAssassin->new( {
    dont_copy_prefs  => 1,
    local_tests_only => 1,
    userprefs_filename => '/dev/null',
    site_rules_filename => '/dev/null',
    rules_filename => '/dev/null',
    config_text => "loadplugin Mail::SpamAssassin::Plugin::AuthRes\nauthres_networks all\nauthres_trusted_authserv mx.example.org\n",
} );
$spamassassin->init(0);

# The plugin only logs why it leaves a field out.
my $why;
{
    no warnings 'redefine';
    my $parse = \&Mail::SpamAssassin::Plugin::AuthRes::parse_authres;
    *Mail::SpamAssassin::Plugin::AuthRes::parse_authres = sub {
        my $parsed = eval { $parse->(@_) };
        $why = $@ if !$parsed;
        die $@ if !$parsed;
        return $parsed;
    };
}

while ( my $line = <STDIN> ) {
    $why = undef;
    my $fields = join '', map { "Authentication-Results: $_\r\n" } @{ $json->decode($line) };
    utf8::encode($fields) if utf8::is_utf8($fields);
    my $mail = $spamassassin->parse( "${fields}From: a\@example.com\r\nSubject: x\r\n\r\nx\r\n", 0 );
    my $status = Mail::SpamAssassin::PerMsgStatus->new( $spamassassin, $mail );
    $status->extract_message_metadata();
    my $parsed = $status->{authres_parsed} || {};
    my @results;
    for my $method ( sort keys %$parsed ) {
        push @results, map { "$method=$_->{result}" } @{ $parsed->{$method} };
    }
    print $json->encode( { id => undef, results => \@results, error => $why } ), "\n";
    $status->finish();
    $mail->finish();
}
