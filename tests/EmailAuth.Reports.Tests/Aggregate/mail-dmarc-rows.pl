#!/usr/bin/perl
# Prints the rows of aggregate reports as Mail::DMARC reads them, a line each.
use strict;
use warnings;
use Mail::DMARC::Report::Receive;

for my $file (@ARGV) {
    open my $in, '<:raw', $file or die "$file: $!";
    my $xml = do { local $/; <$in> };
    $xml =~ s/ xmlns="urn:ietf:params:xml:ns:dmarc-2\.0"//;
    my $receive = Mail::DMARC::Report::Receive->new;
    my $document = XML::LibXML->load_xml(string => $xml);
    $receive->do_node_report_metadata($document->findnodes('/feedback/report_metadata'));
    $receive->do_node_policy_published($document->findnodes('/feedback/policy_published'));
    $receive->do_node_record($_) for $document->findnodes('/feedback/record');
    my $report = $receive->report->aggregate;
    for my $record (@{ $report->record }) {
        my $evaluated = $record->row->policy_evaluated;
        print join('|',
            $report->metadata->report_id, $report->policy_published->domain,
            $record->row->source_ip, $record->row->count,
            $evaluated->disposition, $evaluated->dkim, $evaluated->spf,
            join(',', map { $_->{type} } @{ $evaluated->reason || [] }),
            $record->identifiers->header_from, scalar @{ $record->auth_results->dkim || [] }), "\n";
    }
}
