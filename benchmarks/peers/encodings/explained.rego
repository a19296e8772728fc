# Reasons, on top of bindings.rego. A violated clause gets facts that decide it: all that the tests of its first violated
# binding read, not a smallest set of them. An open clause gets all the missing facts that its open bindings wait for.
# A fact is an entity and a field; facts of one entity may share a list.
package bench

import rego.v1

with_reasons := {"violated": reasons, "open": undecided}

with_missing := {"violated": reasons, "open": missing}

undecided contains clause if {
	some clause, bindings in possible
	count(bindings) > 0
	count(violated[clause]) == 0
}

# what decides a violation

of_people := ["youngest", "oldest", "place", "consent", "quality", "alternative", "exploitable"]

of_actors(names) := [[name, ["kind", "jurisdiction", "acts-for", "lawful-basis", "judicial-oversight"]] |
	some name in names
]

reasons := {pair[0]: pair[1] | some pair in decided | decided_code}

decided_code contains ["against-code", found[0]] if {
	count(against_code) > 0
	found := [pair[1] | some pair in decided; pair[0] in against]
}

against := {"against-law", "beyond-registration", "machine-decides", "without-consent", "us-police"}

decided contains ["against-law", [["law", ["unlawful"]]]] if count(against_law) > 0

decided contains ["beyond-registration", facts] if {
	count(beyond_registration) > 0
	facts := [[min(beyond_registration), ["operation", "purpose"]], ["registration", ["use-cases"]]]
}

decided contains ["exploits-young", facts] if {
	count(exploits_young) > 0
	binding := min(exploits_young)
	facts := [[binding[0], ["people"]], [binding[1], ["youngest", "place", "exploitable"]], ["law", ["unlawful"]]]
}

decided contains ["machine-decides", [[min(machine_decides), ["consequences", "decision"]]]] if count(machine_decides) > 0

decided contains ["sensitive-inference", array.concat(facts, of_actors(served[binding[0]]))] if {
	count(sensitive_inference) > 0
	binding := min(sensitive_inference)
	facts := [[binding[0], ["infers", "people", "by", "results-to"]], [binding[1], ["consent"]]]
}

decided contains ["probing-automated", [[min(probing_automated), ["operation", "probing"]]]] if count(probing_automated) > 0

decided contains ["probing-derived", [[min(probing_derived), ["operation", "probing"]]]] if count(probing_derived) > 0

decided contains ["without-consent", array.concat(facts, of_actors(served[binding[0]]))] if {
	count(without_consent) > 0
	binding := min(without_consent)
	facts := [
		[binding[0], ["people", "operation", "purpose", "by", "results-to"]],
		[binding[1], of_people],
		["registration", ["sector"]],
	]
}

decided contains ["infers-gender", [[min(infers_gender), ["infers"]]]] if count(infers_gender) > 0

decided contains ["infers-emotion", [[min(infers_emotion), ["infers"]]]] if count(infers_emotion) > 0

decided contains ["us-police", array.concat([[binding[0], ["by", "results-to"]]], of_actors(names))] if {
	count(us_police) > 0
	binding := min(us_police)
	names := served[binding[0]] | represented[binding[1]]
}

decided contains ["mobile-cameras", array.concat(facts, array.concat(of_actors(names), filmed))] if {
	count(mobile_cameras) > 0
	called := min(mobile_cameras)
	use := input.use[called]
	facts := [[called, ["timing", "camera", "operation", "purpose", "by", "results-to"]]]
	names := served[called] | graph.reachable(links, {name | some name in police; count(represented[name] & served[called]) > 0})
	filmed := [[name, ["mount", "environment"]] | some name in use.camera]
}

decided contains ["being-watched", facts] if {
	count(being_watched) > 0
	binding := min(being_watched)
	of_use := ["people", "tracking", "timing", "operation", "purpose"]
	facts := [[binding[0], of_use], [binding[1], of_people]]
}

# what an open clause waits for: the fields that are not there, of each entity that lacks some

missing := {clause: facts |
	some clause, facts in {
		"against-law": against_law_waits,
		"against-code": against_code_waits,
		"beyond-registration": beyond_registration_waits,
		"exploits-young": exploits_young_waits,
		"machine-decides": machine_decides_waits,
		"sensitive-inference": sensitive_inference_waits,
		"probing-automated": probing_automated_waits,
		"probing-derived": probing_derived_waits,
		"without-consent": without_consent_waits,
		"infers-gender": infers_gender_waits,
		"infers-emotion": infers_emotion_waits,
		"us-police": us_police_waits,
		"mobile-cameras": mobile_cameras_waits,
		"being-watched": being_watched_waits,
	}
	count(facts) > 0
}

use_lacks[called] := lacking if {
	some called, use in input.use
	lacking := of_use - object.keys(use)
	count(lacking) > 0
}

people_lacks[name] := lacking if {
	some name, people in input.people
	lacking := {field | some field in of_people} - object.keys(people)
	count(lacking) > 0
}

actor_lacks[name] := lacking if {
	some name, actor in input.actor
	lacking := of_actor - object.keys(actor)
	count(lacking) > 0
}

camera_lacks[name] := lacking if {
	some name, camera in input.camera
	lacking := {"mount", "environment"} - object.keys(camera)
	count(lacking) > 0
}

singles contains ["law", "unlawful"] if object.get(input.law, "unlawful", "") == ""

singles contains ["registration", "sector"] if object.get(input.registration, "sector", "") == ""

singles contains ["registration", "use-cases"] if object.get(input.registration, "use-cases", "") == ""

of_use := {
	"by", "results-to", "people", "camera", "purpose", "operation",
	"infers", "timing", "tracking", "consequences", "decision", "probing",
}

of_actor := {"kind", "jurisdiction", "acts-for", "lawful-basis", "judicial-oversight"}

# because of what a set of actors may have members that are not listed

gaps[called] := own | others_of if {
	some called, actors in served
	own := {[called, field] | some field in use_lacks[called]; field in {"by", "results-to"}}
	others_of := {[name, "acts-for"] | some name in actors; name in loose}
}

all_gaps := {fact | some facts in gaps; some fact in facts} | {[name, "acts-for"] | some name in loose}

takes_part_waits := {[called, name, fact] |
	some pair in takes_part_p
	not pair in takes_part
	called := pair[0]
	name := pair[1]
	some fact in gaps[called] | {[other, "acts-for"] | some other in object.get(represented, name, []); other in loose}
}

# definitions

recognises_waits contains [called, field] if {
	some called, lacking in use_lacks
	not called in recognising
	some field in lacking
	field in {"operation", "purpose"}
}

consented_waits contains [name, field] if {
	some name, lacking in people_lacks
	name in willing
	not name in consenting
	some field in lacking
	field in {"quality", "alternative"}
}

consented_waits contains [name, field] if {
	some name, lacking in people_lacks
	name in willing
	some field in lacking
	field in {"consent", "youngest"}
	people := input.people[name]
	object.get(people, "consent", "explicit") == "explicit"
	object.get(people, "youngest", 18) >= 18
}

consented_waits contains [name, field] if {
	some name, lacking in people_lacks
	name in willing
	some field in lacking
	field in {"consent", "oldest"}
	people := input.people[name]
	object.get(people, "consent", "by-guardian") == "by-guardian"
	object.get(people, "oldest", 17) < 18
}

# clause against-law

against_law_waits contains fact if {
	count(against_law) == 0
	some fact in singles
	fact[0] == "law"
}

# clause against-code

against_code_waits contains fact if {
	count(against_code) == 0
	some facts in [against_law_waits, beyond_registration_waits, machine_decides_waits, without_consent_waits, us_police_waits]
	some fact in facts
}

# clause beyond-registration

beyond_registration_open := {called | count(beyond_registration) == 0; some called in beyond_registration_p}

beyond_registration_waits contains [called, field] if {
	some called in beyond_registration_open
	not gated(called, input.use[called])
	some field in use_lacks[called]
	field in {"operation", "purpose"}
}

beyond_registration_waits contains [called, "purpose"] if {
	some called in beyond_registration_open
	"purpose" in use_lacks[called]
}

beyond_registration_waits contains [called, "operation"] if {
	some called in beyond_registration_open
	"operation" in use_lacks[called]
	"identity-verification" in object.get(input.use[called], "purpose", ["identity-verification"])
}

beyond_registration_waits contains ["registration", "use-cases"] if {
	["registration", "use-cases"] in singles
	some called in beyond_registration_open
	not input.use[called].purpose == []
}

# clause exploits-young

exploits_young_open := {binding | count(exploits_young) == 0; some binding in exploits_young_p}

exploits_young_waits contains [binding[0], "people"] if {
	some binding in exploits_young_open
	binding[1] == ""
}

exploits_young_waits contains [binding[1], field] if {
	some binding in exploits_young_open
	some field in people_lacks[binding[1]]
	field in {"youngest", "place"}
}

exploits_young_waits contains [binding[1], "exploitable"] if {
	not input.law.unlawful == true
	some binding in exploits_young_open
	"exploitable" in people_lacks[binding[1]]
}

exploits_young_waits contains ["law", "unlawful"] if {
	["law", "unlawful"] in singles
	some binding in exploits_young_open
	not input.people[binding[1]].exploitable == true
}

# clause machine-decides

machine_decides_waits contains [called, field] if {
	count(machine_decides) == 0
	some called in machine_decides_p
	some field in use_lacks[called]
	field in {"consequences", "decision"}
}

# clause sensitive-inference

sensitive_inference_open := {binding | count(sensitive_inference) == 0; some binding in sensitive_inference_p}

sensitive_inference_waits contains [binding[0], "infers"] if {
	some binding in sensitive_inference_open
	"infers" in use_lacks[binding[0]]
}

sensitive_inference_waits contains [binding[0], "people"] if {
	some binding in sensitive_inference_open
	binding[1] == ""
}

sensitive_inference_waits contains [binding[1], "consent"] if {
	some binding in sensitive_inference_open
	"consent" in people_lacks[binding[1]]
}

sensitive_inference_waits contains fact if {
	some binding in sensitive_inference_open
	count(served[binding[0]] & barred) == 0
	some fact in gaps[binding[0]]
}

sensitive_inference_waits contains [name, field] if {
	some binding in sensitive_inference_open
	count(served[binding[0]] & barred) == 0
	some name in served[binding[0]]
	some field in actor_lacks[name]
	field in {"kind", "lawful-basis", "judicial-oversight"}
}

# clause probing-automated

probing_automated_waits contains [called, field] if {
	count(probing_automated) == 0
	some called in probing_automated_p
	some field in use_lacks[called]
	field in {"operation", "probing"}
}

# clause probing-derived

probing_derived_waits contains [called, field] if {
	count(probing_derived) == 0
	some called in probing_derived_p
	some field in use_lacks[called]
	field in {"operation", "probing"}
}

# clause without-consent

without_consent_open := {binding | count(without_consent) == 0; some binding in without_consent_p}

without_consent_used := {binding[0] | some binding in without_consent_open}

without_consent_waits contains [called, field] if {
	some called in without_consent_used
	not touches(called, input.use[called])
	some field in use_lacks[called]
	field in {"operation", "purpose"}
}

without_consent_waits contains [binding[0], "people"] if {
	some binding in without_consent_open
	binding[1] == ""
}

without_consent_waits contains fact if {
	names := {binding[1] | some binding in without_consent_open}
	some fact in consented_waits
	fact[0] in names
}

without_consent_waits contains ["registration", "sector"] if {
	["registration", "sector"] in singles
	count(without_consent_used - lawless) > 0
}

without_consent_waits contains [called, "purpose"] if {
	some called in without_consent_used - lawless
	"purpose" in use_lacks[called]
}

without_consent_waits contains fact if {
	some called in without_consent_used - lawless
	some fact in gaps[called]
}

without_consent_waits contains [name, "lawful-basis"] if {
	some called in without_consent_used - lawless
	some name in served[called]
	"lawful-basis" in actor_lacks[name]
}

# clause infers-gender

infers_gender_waits contains [called, "infers"] if {
	count(infers_gender) == 0
	some called, lacking in use_lacks
	"infers" in lacking
}

# clause infers-emotion

infers_emotion_waits contains [called, "infers"] if {
	count(infers_emotion) == 0
	some called, lacking in use_lacks
	"infers" in lacking
}

# clause us-police

us_police_open := {pair | count(us_police) == 0; some pair in us_police_p}

us_police_waits contains [pair[1], field] if {
	some pair in us_police_open
	some field in actor_lacks[pair[1]]
	field in {"kind", "jurisdiction"}
}

us_police_waits contains wait[2] if {
	some wait in takes_part_waits
	[wait[0], wait[1]] in us_police_open
}

us_police_waits contains fact if {
	count(us_police) == 0
	count(others) > 0
	some fact in all_gaps
}

# clause mobile-cameras

mobile_cameras_open := {called | count(mobile_cameras) == 0; some called in mobile_cameras_p}

mobile_cameras_waits contains fact if {
	some fact in recognises_waits
	fact[0] in mobile_cameras_open
}

mobile_cameras_waits contains [called, field] if {
	some called in mobile_cameras_open
	some field in use_lacks[called]
	field in {"timing", "camera"}
}

mobile_cameras_waits contains fact if {
	count(others) > 0
	count(mobile_cameras_open - mobile_cameras_policed) > 0
	some fact in all_gaps
}

mobile_cameras_waits contains [name, "kind"] if {
	some pair in takes_part_p
	pair[0] in mobile_cameras_open
	not pair[0] in mobile_cameras_policed
	name := pair[1]
	"kind" in actor_lacks[name]
}

mobile_cameras_waits contains wait[2] if {
	some wait in takes_part_waits
	wait[0] in mobile_cameras_open
	not wait[0] in mobile_cameras_policed
}

mobile_cameras_waits contains [name, field] if {
	some called in mobile_cameras_open
	use := input.use[called]
	not seen(use)
	some name in use.camera
	camera := input.camera[name]
	not camera.environment == "controlled"
	data.below.mobile[object.get(camera, "mount", "mobile")]
	some field in camera_lacks[name]
}

mobile_cameras_policed := {pair[0] |
	some pair in takes_part
	data.below["law-enforcement"][input.actor[pair[1]].kind]
}

# clause being-watched

being_watched_open := {binding | count(being_watched) == 0; some binding in being_watched_p}

being_watched_unsure := {binding[0] | some binding in being_watched_open} - watching

being_watched_waits contains [called, "tracking"] if {
	some called in being_watched_unsure
	"tracking" in use_lacks[called]
}

being_watched_waits contains [called, "timing"] if {
	some called in being_watched_unsure
	called in recognising_p
	"timing" in use_lacks[called]
}

being_watched_waits contains fact if {
	some fact in recognises_waits
	fact[0] in being_watched_unsure
	object.get(input.use[fact[0]], "timing", "real-time") in {"real-time", "near-real-time"}
}

being_watched_waits contains [binding[0], "people"] if {
	some binding in being_watched_open
	binding[1] == ""
}

being_watched_waits contains fact if {
	names := {binding[1] | some binding in being_watched_open}
	some fact in consented_waits
	fact[0] in names
}
